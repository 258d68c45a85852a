import Locking
package import Model

/// The async shell of one policy's loop: performs the effects of its state machine and feeds back what came of them. It decides nothing.
package final class PolicyLoop: Sendable {
    /// What the loop tells others, in order.
    package enum Report: Sendable {
        case planned(PassReport)
        case notice(Notice)
        /// What is under way has changed.
        case active(Activity)
    }

    private let machine: Locked<ReconcilerMachine>
    private let policy: Whitelist
    private let ports: LoopPorts
    private let readingLimit: Duration
    private let report: @Sendable (Report) -> Void
    private let inputs: AsyncStream<Reconciler.Input>
    private let feed: AsyncStream<Reconciler.Input>.Continuation
    /// How often it was told that this process leads no more.
    private let losses = Locked(0)
    /// The one timer that counts.
    private let timer = Locked<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - readingLimit: for one reading, its retries included.
    ///   - report: called for each plan and notice, in order; must not block.
    package init(machine: ReconcilerMachine, ports: LoopPorts, readingLimit: Duration, report: @escaping @Sendable (Report) -> Void) {
        self.machine = Locked(machine)
        policy = machine.policy
        self.ports = ports
        self.readingLimit = readingLimit
        self.report = report
        (inputs, feed) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    package func send(_ input: Reconciler.Input) {
        if case .leading(false) = input { losses.withLock { $0 += 1 } }
        feed.yield(input)
    }

    /// Of what follows from the machine after so many losses: a call that was begun before the lease was lost must not be repeated when
    /// this process holds it again, since nobody waits for it any more and the world has moved on.
    private func gate(after losses: Int) -> WriteGate { ports.gate.closed { self.losses.withLock { $0 } == losses } }

    /// Runs until the loop has stopped (after `.stop`, once no swap is in flight) or the task is cancelled, which leaves claims for a
    /// successor.
    package func run() async {
        feed.yield(.start)
        await withDiscardingTaskGroup { tasks in
            var losses = 0
            var activity = Activity()
            for await input in inputs {
                if case .leading(false) = input { losses += 1 }
                let gate = gate(after: losses)
                let (effects, current) = machine.withLock { ($0.step(now: ports.runtime.now(), input), $0.activity) }
                if current != activity {
                    activity = current
                    report(.active(activity))
                }
                for effect in effects {
                    switch effect {
                    case .stopped: feed.finish()
                    case .planned(let pass): report(.planned(pass))
                    case .notice(let notice):
                        report(.notice(notice))
                        tasks.addTask { await self.record(notice) }
                    case .wake(let at): setTimer(at)
                    default: tasks.addTask { await self.perform(effect, gate) }
                    }
                }
            }
            timer.withLock { $0?.cancel() }
            tasks.cancelAll()
        }
    }

    private func setTimer(_ at: Instant) {
        let runtime = ports.runtime
        let feed = feed
        let next = Task {
            do { try await runtime.sleep(max(.zero, at - runtime.now().instant)) } catch { return }
            feed.yield(.elapsed)
        }
        timer.withLock { current in
            current?.cancel()
            current = next
        }
    }

    private func perform(_ effect: Reconciler.Effect, _ gate: WriteGate) async {
        switch effect {
        case .observe(let pass, let groups):
            let observation = await observer.observe(groups: groups)
            feed.yield(.observed(pass: pass, observation))
        case .inquire(let pass, let inquiries):
            let answers = await observer.answer(inquiries)
            feed.yield(.answered(pass: pass, answers))
        case .seekStrays: feed.yield(.strays(await observer.strays()))
        case .group(let work, let group, let effect):
            if let input = await perform(effect, on: group, gate) { feed.yield(.group(work: work, input)) }
        case .swap(let id, let node, let instance, let effect):
            if let input = await perform(effect, on: node, instance, gate) { feed.yield(.swap(id: id, input)) }
        case .removeTaint(let node, let key):
            let result = await outcome { () async throws(APIError) in try await self.edits(gate).removeTaint(key, from: node) }
            feed.yield(.taintRemoved(node, result))
            // What a write of its own has changed is seen by a pass of its own, whether or not anyone watches the nodes.
            if case .success = result { feed.yield(.wake) }
        case .wake, .planned, .notice, .stopped: break
        }
    }

    private var observer: Observer { Observer(policy: policy, ports: ports, limit: readingLimit) }
    private func edits(_ gate: WriteGate) -> NodeEdits { NodeEdits(cluster: ports.cluster, gate: gate) }

    private func perform(_ effect: GroupWork.Effect, on group: Whitelist.Group, _ gate: WriteGate) async -> GroupWork.Input? {
        let port = ports.securityGroups
        switch effect {
        case .describe:
            return await .described(outcome { () async throws(APIError) in try await port.describe(group) })
        case .authorize(let permissions):
            return await .authorized(
                write(.ec2, "AuthorizeSecurityGroupIngress", group.reference.description, gate) { (gate) async throws(APIError) in
                    try await port.authorize(group, permissions, gate: gate)
                })
        case .revoke(let rules):
            return await .revoked(
                write(.ec2, "RevokeSecurityGroupIngress", group.reference.description, gate) { (gate) async throws(APIError) in
                    try await port.revoke(group, ruleIDs: rules.map(\.id), gate: gate)
                })
        case .wait(let duration):
            try? await ports.runtime.sleep(duration)
            return .elapsed
        case .finish: return nil
        }
    }

    private func perform(_ effect: Swap.Effect, on node: Node, _ instance: InstanceReference, _ gate: WriteGate) async -> Swap.Input? {
        let compute = ports.compute
        switch effect {
        case .writeClaim(let expected, let claim):
            return await .claimWritten(
                outcome { () async throws(APIError) in try await self.edits(gate).replaceClaim(on: node, expected: expected, with: claim) })
        case .readInstance: return await .instance(outcome { () async throws(APIError) in try await compute.instance(instance) })
        case .askPermissions(let address, let subnetwork):
            return await .permissions(
                outcome { () async throws(APIError) in
                    try await compute.missingPermissions(instance, subnetwork: subnetwork, address: address)
                })
        case .readAddress(let reference):
            return await .address(outcome { () async throws(APIError) in try await compute.address(reference) })
        case .detach(let interface, let name, let requestID):
            return await .detached(
                write(.compute, "instances.deleteAccessConfig", instance.description, gate) { (gate) async throws(APIError) in
                    try await compute.deleteAccessConfig(
                        instance, networkInterface: interface, name: name, requestID: requestID, gate: gate)
                })
        case .attach(let interface, let name, let natIP, let tier, let requestID):
            return await .attached(
                write(.compute, "instances.addAccessConfig", instance.description, gate) { (gate) async throws(APIError) in
                    try await compute.addAccessConfig(
                        instance, networkInterface: interface, name: name, natIP: natIP, networkTier: tier, requestID: requestID, gate: gate
                    )
                })
        case .wait(let duration):
            try? await ports.runtime.sleep(duration)
            return .elapsed
        case .finish: return nil
        }
    }

    /// A write to a cloud: begun only while the lease is held, and each of its requests sent only then.
    private func write(
        _ api: APIError.API, _ operation: String, _ resource: String, _ gate: WriteGate,
        _ body: @escaping @Sendable (WriteGate) async throws(APIError) -> Void
    ) async -> Result<Void, APIError> {
        await outcome { () async throws(APIError) in
            try gate.pass(api, operation, on: resource, after: nil)
            try await body(gate)
        }
    }

    private func outcome<Value: Sendable>(_ body: @Sendable () async throws(APIError) -> Value) async -> Result<Value, APIError> {
        do throws(APIError) { return .success(try await body()) } catch { return .failure(error) }
    }

    private func record(_ notice: Notice) async {
        guard let regarding = notice.node.map({ .node(name: $0.name, uid: $0.uid) }) ?? ports.eventSubject else { return }
        let message = notice.node == nil ? "\(notice.policy): \(notice.message)" : notice.message
        await ports.cluster.record(
            NodeEvent(
                regarding: regarding, severity: notice.severity == .info ? .normal : .warning, reason: notice.kind.rawValue,
                message: message))
    }
}
