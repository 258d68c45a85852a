import Alerting
import Kubernetes
import Locking
import Logging
import Model
import Reconciliation
import Reporting
import UnixSignals

/// `drawbridge run`: one loop for each policy, one election for all, until a signal ends it.
final class Controller: Sendable {
    struct Settings: Sendable {
        var policyPath: String
        var isDryRun: Bool
        var listen: ListenAddress
        var interval: Duration
        var leaseName: String
        var gracePeriod: Duration
        /// What is served takes a bearer token that the cluster knows; the probes don't.
        var requiresToken = false
        var alerts = AlertSettings()
    }

    /// Why the controller can't run.
    struct Failure: Error {
        var message: String
    }

    private let settings: Settings
    private let surroundings: Surroundings
    private let clouds: Clouds
    private let logger: Logger
    private let health = HealthState()

    init(settings: Settings, surroundings: Surroundings, clouds: Clouds, logger: Logger) {
        self.settings = settings
        self.surroundings = surroundings
        self.clouds = clouds
        self.logger = logger
    }

    func run(_ policies: [Whitelist]) async throws {
        let client: KubernetesClient?
        switch clouds.kubernetes {
        case .success(let found): client = found
        case .failure(let error):
            guard settings.isDryRun else { throw Failure(message: "the Lease that elects the one writer needs a cluster: \(error)") }
            guard !settings.requiresToken else { throw Failure(message: "--require-token asks a cluster about tokens: \(error)") }
            client = nil
        }
        let recorder = client.map {
            EventRecorder(
                client: $0, runtime: clouds.runtime, reportingComponent: "drawbridge.dev/controller",
                reportingInstance: surroundings.identity)
        }
        let (leadings, leadFeed) = AsyncStream<Bool>.makeStream()
        let leadership = Leadership(
            settings: settings, surroundings: surroundings, client: client, runtime: clouds.runtime, logger: logger, health: health,
            onLeading: { leadFeed.yield($0) })
        let board = Board(replica: surroundings.identity, now: { [runtime = clouds.runtime] in runtime.now().wall }) { leadership.role }
        let history = HistoryKeeper(
            replica: surroundings.identity, client: settings.isDryRun ? nil : client, leaseName: settings.leaseName,
            runtime: clouds.runtime,
            logger: logger, board: board, mayWrite: { leadership.mayWrite })
        let alerts = alerts(client, recorder) { leadership.mayWrite }
        if settings.isDryRun { leadFeed.yield(true) }
        let upkeep = Upkeep(clouds: clouds, logger: logger)
        let keeper =
            settings.isDryRun
            ? client.map { ReportKeeper(client: $0, leaseName: settings.leaseName, runtime: clouds.runtime, logger: logger) } : nil
        let loops = LoopSet(
            settings: settings, surroundings: surroundings, clouds: clouds, client: client, recorder: recorder, leadership: leadership,
            logger: logger, report: reporter(upkeep, leadership, board, history, alerts, keeper))
        logger.info(
            "starting",
            metadata: [
                "version": "\(DrawbridgeVersion.current)", "policies": "\(policies.map(\.name).joined(separator: ","))",
                "identity": "\(surroundings.identity)",
            ])
        // A task's value says whether its end is the controller's.
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            // Trapped before anything begins, so that no signal finds the process unprepared.
            let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
            if case .address(let host, let port) = settings.listen {
                let (serving, feed) = AsyncStream<Bool>.makeStream()
                let site = StatusSite(
                    board: board, health: health, hosts: HostCheck(listen: host), gate: gate(client), history: { history.jsonLines },
                    metrics: MetricsRoute(board: board, recorder: clouds.metrics))
                let server = StatusServer(site: site, runtime: clouds.runtime)
                tasks.addTask { [logger] in
                    do {
                        try await server.run(host: host, port: port, logger: logger) { feed.yield(true) }
                        return false
                    } catch {
                        feed.yield(false)
                        guard !Task.isCancelled else { return false }
                        throw Failure(message: "can't serve on \(host):\(port): \(error); choose another with --listen, or off")
                    }
                }
                // Before this replica leads: one that can't be probed will not live, and must not begin what it can't finish.
                var answers = serving.makeAsyncIterator()
                if await answers.next() == false {
                    _ = try await tasks.next()
                    return
                }
            }
            if let recorder {
                tasks.addTask { [logger] in
                    let isDenialTold = Locked(false)
                    await recorder.run { error in
                        // A lasting lack of rights is told once; what is lost by the way is not worth a line.
                        let isNews =
                            error.isDenied
                            && isDenialTold.withLock { told in
                                defer { told = true }
                                return !told
                            }
                        logger.log(level: isNews ? .warning : .debug, "an event could not be written: \(error)")
                    }
                    return false
                }
            }
            tasks.addTask {
                await history.run()
                return false
            }
            tasks.addTask {
                await upkeep.run()
                return false
            }
            tasks.addTask {
                await keeper?.run()
                return false
            }
            tasks.addTask {
                await alerts.run(leadings) { board.show(alerts: $0.map(AlertSnapshot.init)) }
                return false
            }
            tasks.addTask {
                await leadership.run(loops)
                return false
            }
            tasks.addTask {
                await loops.run()
                return false
            }
            health.expect(Set(policies.map(\.name)))
            board.expect(policies)
            clouds.metrics.expect(policies)
            alerts.expect(policies)
            await loops.replace(with: policies)
            tasks.addTask { [settings, clouds, logger, health] in
                await PolicyWatch(
                    path: settings.policyPath, runtime: clouds.runtime, repeatInterval: .seconds(3600)
                ).run(policies) { change in
                    switch change {
                    case .policies(let policies):
                        logger.info("the policy file has changed", metadata: ["policies": "\(policies.map(\.name).joined(separator: ","))"])
                        health.expect(Set(policies.map(\.name)))
                        board.expect(policies)
                        clouds.metrics.expect(policies)
                        clouds.metrics.policyFile(isRefused: false)
                        alerts.expect(policies)
                        keeper?.keep(Set(policies.map(\.name)))
                        await loops.replace(with: policies)
                    case .accepted:
                        alerts.policyFile(refused: nil)
                        clouds.metrics.policyFile(isRefused: false)
                        logger.info("the policy file validates again", metadata: ["reason": "\(AlertKind.policyRefused.rawValue)"])
                    case .refused(let errors):
                        alerts.policyFile(refused: "\(errors)")
                        clouds.metrics.policyFile(isRefused: true)
                        logger.warning(
                            "the changed policy file is refused, the old policies stay: \(errors)",
                            metadata: ["reason": "\(AlertKind.policyRefused.rawValue)"])
                    }
                }
                return false
            }
            tasks.addTask {
                for await _ in signals { break }
                return true
            }
            // Ended by a signal, or by something that could not be started.
            do {
                while let isEnd = try await tasks.next(), !isEnd {}
            } catch {
                await shutDown(loops, leadership, history, alerts)
                tasks.cancelAll()
                throw error
            }
            await shutDown(loops, leadership, history, alerts)
            recorder?.finish()
            tasks.cancelAll()
        }
        logger.info("stopped")
    }

    private func alerts(
        _ client: KubernetesClient?, _ recorder: EventRecorder?, mayWrite: @escaping @Sendable () -> Bool
    ) -> Alerts {
        let log = AlertLog(
            logger: logger, recorder: recorder, subject: client.map { .lease(name: settings.leaseName, namespace: $0.namespace) })
        let store = settings.isDryRun ? nil : client.map { ConfigMapStore(client: $0, leaseName: settings.leaseName, mayWrite: mayWrite) }
        let installation = client.map { "\($0.namespace)/\(settings.leaseName)" } ?? settings.leaseName
        return Alerts(
            settings.alerts.sinks(installation: installation), alertmanagers: settings.alerts.alertmanagers, store: store,
            interval: settings.interval, clouds: clouds, logger: logger, tell: log.take)
    }

    private func gate(_ client: KubernetesClient?) -> TokenGate? {
        guard settings.requiresToken, let client else { return nil }
        return TokenGate(runtime: clouds.runtime) { token throws(APIError) in try await client.reviewToken(token) }
    }

    /// Where the loops' reports go: the log, the board, the probes, and in a dry run standard output and the cluster.
    private func reporter(
        _ upkeep: Upkeep, _ leadership: Leadership, _ board: Board, _ history: HistoryKeeper, _ alerts: Alerts, _ keeper: ReportKeeper?
    ) -> @Sendable (String, PolicyLoop.Report) -> Void {
        let log = NoticeLog(logger: logger)
        let health = health
        let printer = settings.isDryRun ? DryRunPrinter(isColored: surroundings.isOutputColored) : nil
        return { [metrics = clouds.metrics] policy, report in
            log.take(report, of: policy)
            metrics.take(report, of: policy)
            board.take(report, of: policy)
            history.take(report, of: policy)
            alerts.take(report, of: policy)
            guard case .planned(let pass) = report else { return }
            health.passed(policy)
            if !pass.settledApprovals.isEmpty { leadership.settled(pass.settledApprovals, by: policy) }
            printer?.take(pass.plan)
            keeper?.take(pass.plan)
            upkeep.passed()
        }
    }

    private func shutDown(_ loops: LoopSet, _ leadership: Leadership, _ history: HistoryKeeper, _ alerts: Alerts) async {
        logger.info("stopping: swaps in flight are finished or restored, every address stays where it is")
        health.stop()
        let clean = await loops.stop(within: settings.gracePeriod)
        if !clean { logger.warning("swaps are still in flight after the grace period; their claims stay for the successor") }
        await history.flush()
        await alerts.flush()
        await leadership.stop()
    }
}
