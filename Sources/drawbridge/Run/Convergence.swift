import Kubernetes
import Locking
import Logging
import Model
import Planning
import Reconciliation
import Reporting
import UnixSignals

/// `drawbridge apply`: runs the same loops as the controller until every policy has settled.
struct Convergence: Sendable {
    struct Outcome: Sendable {
        var status: Int32
        var text: String
    }

    let policies: [Whitelist]
    let clouds: Clouds
    let surroundings: Surroundings
    let logger: Logger
    let whitelistOnly: Bool
    let approval: String?
    /// What a saved plan allows, by policy; `nil`: whatever is due.
    let scopes: [String: PlanScope]?
    let leaseName: String
    let timeout: Duration

    /// Passes in a row that may fail to read something, or find that what is due was tried and failed, before that is an error.
    private let patience = 3

    /// How long swaps in flight may take to finish once all else has ended.
    private static let stopLimit = Duration.seconds(60)

    /// What ended, of all that goes on while the loops run.
    private enum Ending: Sendable {
        case outcome(Outcome)
        case loop
        case patience
        case none
    }

    func run() async -> Outcome {
        guard case .success(let client) = clouds.kubernetes else {
            logger.warning("no cluster is configured, so no Lease keeps another writer away")
            return await converge(mayWrite: { true }, leading: nil)
        }
        let (changes, feed) = AsyncStream<Bool>.makeStream()
        let elector = Elector(
            machine: ElectionMachine(
                identity: "apply-\(surroundings.identity)-\(clouds.runtime.uuid().prefix(8))", name: leaseName, namespace: client.namespace,
                times: ElectionTimes()),
            port: LeaseAdapter(client: client, name: leaseName), runtime: clouds.runtime, callLimit: .seconds(5),
            onLeading: { feed.yield($0) }, onApproval: { _ in })
        return await withTaskGroup(of: Outcome?.self) { tasks in
            tasks.addTask {
                await elector.run()
                return nil
            }
            tasks.addTask { await self.lead(elector, changes, client) }
            var outcome: Outcome?
            while outcome == nil, let next = await tasks.next() { outcome = next }
            elector.stop()
            await tasks.waitForAll()
            return outcome ?? Outcome(status: 1, text: "Not converged: the lease \(leaseName) could not be taken.")
        }
    }

    /// Takes the lease, or finds that a living controller holds it.
    private func lead(_ elector: Elector, _ changes: AsyncStream<Bool>, _ client: KubernetesClient) async -> Outcome {
        let deadline = clouds.runtime.now().instant + .seconds(18)
        var isTold = false
        while !elector.mayWrite {
            if elector.isProving, !isTold {
                logger.info("\(Leadership.proving)")
                isTold = true
            }
            if elector.isHolderAlive, let holder = elector.holder { return await leaveTo(holder, client) }
            if clouds.runtime.now().instant >= deadline {
                if let holder = elector.holder { return await leaveTo(holder, client) }
                let why = elector.trouble.map(\.description) ?? "no answer"
                return Outcome(
                    status: 1, text: "Not converged: the lease \(leaseName) in namespace \(client.namespace) could not be taken: \(why)")
            }
            do { try await clouds.runtime.sleep(.milliseconds(20)) } catch { break }
        }
        return await converge(mayWrite: { elector.mayWrite }, leading: changes)
    }

    /// A controller runs: it does the work, and gets the approval by the lease.
    private func leaveTo(_ holder: String, _ client: KubernetesClient) async -> Outcome {
        guard scopes == nil else {
            return Outcome(
                status: 1,
                text:
                    "Not carried out: the controller \(holder) holds the lease \(leaseName) and carries out what is due, not a saved plan. "
                    + "Scale it down first, or run it with --dry-run, to decide by plans what is written.")
        }
        logger.info("a controller holds the lease and does the work; waiting for its outcome", metadata: ["holder": "\(holder)"])
        if let approval {
            do throws(APIError) {
                try await hand(approval, to: client)
            } catch {
                return Outcome(status: 1, text: "The approval could not be handed to \(holder) by the lease \(leaseName): \(error)")
            }
        }
        let deadline = clouds.runtime.now().instant + min(timeout, .seconds(180))
        while true {
            let plans = await Survey.plans(policies, clouds: clouds, surroundings: surroundings, whitelistOnly: whitelistOnly)
            let isOver = clouds.runtime.now().instant >= deadline
            let isApproved = approval.map { digest in !plans.contains { $0.approval?.digest == digest } } ?? true
            if isOver || (isApproved && plans.allSatisfy(\.isEmpty)) { return verdict(plans, troubles: isOver ? ["time is up"] : []) }
            do { try await clouds.runtime.sleep(.seconds(2)) } catch { return verdict(plans, troubles: ["cancelled"]) }
        }
    }

    private func hand(_ digest: String, to client: KubernetesClient) async throws(APIError) {
        for attempt in 1...5 {
            do throws(APIError) {
                let lease = try await client.getLease(leaseName, namespace: client.namespace)
                // Beside what others have handed over and the controller has not taken up yet.
                var approvals = Approvals(annotation: lease.annotations[Election.approvalAnnotation])
                approvals.append(digest)
                _ = try await client.setLeaseAnnotation(Election.approvalAnnotation, to: approvals.annotation, on: lease)
                return
            } catch {
                // The holder renews the lease all the time.
                guard error.disposition == .reread, attempt < 5 else { throw error }
            }
        }
    }

    /// Runs the loops until all have settled, one can't go on, or time is up.
    private func converge(mayWrite: @escaping @Sendable () -> Bool, leading: AsyncStream<Bool>?) async -> Outcome {
        let (reports, feed) = AsyncStream<(Int, PassReport)>.makeStream()
        let log = NoticeLog(logger: logger)
        let alerts = Alerts(
            interval: .seconds(30), clouds: clouds, logger: logger, tell: AlertLog(logger: logger, recorder: nil, subject: nil).take)
        alerts.expect(policies)
        alerts.lead(true)
        let loops = policies.enumerated().map { index, policy in
            PolicyLoop(
                machine: Session.machine(
                    policy, of: policies, mode: .write, interval: .seconds(30), surroundings: surroundings, whitelistOnly: whitelistOnly,
                    scope: scopes?[policy.name]),
                ports: clouds.ports(recorder: nil, lease: nil, mayWrite: mayWrite), readingLimit: Session.readingLimit
            ) { report in
                log.take(report, of: policy.name)
                alerts.take(report, of: policy.name)
                if case .planned(let pass) = report { feed.yield((index, pass)) }
            }
        }
        let runtime = clouds.runtime
        let timeout = timeout
        // Trapped before the first write: by default a signal ends the process between a detach and its attach.
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let outcome = await withTaskGroup(of: Ending.self) { tasks in
            for loop in loops {
                loop.send(.leading(true))
                if let approval { loop.send(.approve(approval)) }
                tasks.addTask {
                    await loop.run()
                    return .loop
                }
            }
            tasks.addTask {
                try? await runtime.sleep(timeout)
                return Task.isCancelled
                    ? .none : .outcome(Outcome(status: 1, text: "Not converged: time is up (--timeout \(timeout.brief))."))
            }
            tasks.addTask { await self.watch(reports).map(Ending.outcome) ?? .none }
            tasks.addTask { await self.loss(of: leading, for: loops).map(Ending.outcome) ?? .none }
            tasks.addTask { [logger] in
                for await signal in signals {
                    logger.info("stopping: swaps in flight are finished or restored, every address stays where it is")
                    return .outcome(
                        Outcome(
                            status: 1,
                            text: "Not converged: stopped by \(signal). Every node has an address; what is left to do stands in the plan."))
                }
                return .none
            }
            var outcome: Outcome?
            var open = loops.count
            while outcome == nil, let ending = await tasks.next() {
                switch ending {
                case .outcome(let found): outcome = found
                case .loop: open -= 1
                case .none, .patience: break
                }
            }
            for loop in loops { loop.send(.stop) }
            // Swaps in flight are finished or restored; the lease is held until then.
            tasks.addTask {
                try? await runtime.sleep(Self.stopLimit)
                return .patience
            }
            // Whatever else ends meanwhile says nothing about the swaps.
            while open > 0, let ending = await tasks.next() {
                if case .loop = ending { open -= 1 }
                if case .patience = ending { break }
            }
            tasks.cancelAll()
            guard open > 0, outcome != nil else { return outcome }
            return Outcome(
                status: 1,
                text:
                    "Not converged: swaps are still in flight after \(Self.stopLimit.brief). Their claims stay on the nodes: start apply again, or run, which takes them up."
            )
        }
        return outcome ?? Outcome(status: 1, text: "Not converged: interrupted.")
    }

    /// Without the lease nothing may be written any more: another has it, or it could not be renewed in time.
    private func loss(of leading: AsyncStream<Bool>?, for loops: [PolicyLoop]) async -> Outcome? {
        guard let leading else { return nil }
        for await leads in leading where !leads {
            for loop in loops { loop.send(.leading(false)) }
            return Outcome(
                status: 1,
                text: "Not converged: the lease \(leaseName) was lost, to another writer or because it could not be renewed in time. "
                    + "What was begun is taken up by its claim: start apply again, or run.")
        }
        return nil
    }

    private func watch(_ reports: AsyncStream<(Int, PassReport)>) async -> Outcome? {
        var latest: [Int: PassReport] = [:]
        var fruitlessPasses: [Int: Int] = [:]
        var troubles: [String] = []
        for await (index, report) in reports {
            latest[index] = report
            for trouble in report.troubles where !troubles.contains(trouble) { troubles.append(trouble) }
            // Another attempt, which a pass in between has begun, wipes nothing out.
            if report.activeSwaps == 0, report.activeGroups == 0 {
                fruitlessPasses[index] = Self.isFruitless(report.plan) ? (fruitlessPasses[index] ?? 0) + 1 : 0
            }
            let isOver = latest.allSatisfy { index, report in
                report.isSettled || (report.activeSwaps == 0 && report.activeGroups == 0 && (fruitlessPasses[index] ?? 0) >= patience)
            }
            guard latest.count == policies.count, isOver else { continue }
            return verdict(latest.sorted { $0.key < $1.key }.map(\.value.plan), troubles: troubles)
        }
        return nil
    }

    /// Of a pass after which nothing is under way: something can't be read, or what is due failed a moment ago and cools down.
    private static func isFruitless(_ plan: Plan) -> Bool {
        !plan.unknowns.isEmpty || plan.groups.contains { !$0.authorizations.isEmpty || !$0.revocations.isEmpty }
    }

    private func verdict(_ plans: [Plan], troubles: [String]) -> Outcome {
        let summary = plans.map { "\($0.policy): \(PlanReport($0).summary)" }.joined(separator: "\n")
        let failed = plans.flatMap(\.nodes).filter { if case .waiting(.backOff) = $0.state { true } else { false } }
        let held = plans.flatMap(\.groups).flatMap(\.held)
        if plans.contains(where: { !$0.isEmpty }) || !failed.isEmpty || plans.flatMap(\.groups).contains(where: { !$0.isConverged }) {
            let what = plans.flatMap(\.unknowns).map(\.message) + troubles
            return Outcome(status: 1, text: "Not converged.\n\(summary)\n" + what.map { "  ! \($0)\n" }.joined())
        }
        if !held.isEmpty {
            let advice =
                plans.flatMap { PlanReport($0).advice }
                + held.filter { !$0.hold.isApprovable }.map { "\($0.revocation.rule.id): \($0.hold.text)" }
            return Outcome(status: 3, text: "Converged but for what is held.\n\(summary)\n" + advice.map { "  ! \($0)\n" }.joined())
        }
        return Outcome(status: 0, text: "\(scopes == nil ? "Converged" : "The plan is carried out"), as read back.\n\(summary)")
    }
}
