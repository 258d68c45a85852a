import Alerting
import Kubernetes
import Logging
import Model
import Reconciliation

/// The controller of the demo: the same election, loops and clients as `drawbridge run`, told by a narrator instead of a log.
struct DemoController {
    let policies: [Whitelist]
    let clouds: Clouds
    let surroundings: Surroundings
    let logger: Logger
    let interval: Duration
    let narrator: Narrator

    func run(_ story: @Sendable () async -> Bool) async -> Bool {
        guard case .success(let client) = clouds.kubernetes else { return false }
        let settings = Controller.Settings(
            policyPath: "-", isDryRun: false, listen: .off, interval: interval, leaseName: "drawbridge", gracePeriod: .seconds(5))
        let recorder = EventRecorder(
            client: client, runtime: clouds.runtime, reportingComponent: "drawbridge.dev/controller",
            reportingInstance: surroundings.identity)
        let leadership = Leadership(
            settings: settings, surroundings: surroundings, client: client, runtime: clouds.runtime, logger: logger, health: HealthState())
        let narrator = narrator
        // Without a sink, and forgotten with the demo.
        let alerts = Alerts(interval: interval, clouds: clouds, logger: logger) { transition in
            guard transition.change == .fired else { return }
            narrator.say(.warning, transition.alert.condition.summary)
        }
        alerts.expect(policies)
        alerts.lead(true)
        let loops = LoopSet(
            settings: settings, surroundings: surroundings, clouds: clouds, client: client, recorder: recorder, leadership: leadership,
            logger: logger,
            report: { policy, report in
                narrator.take(report)
                alerts.take(report, of: policy)
            })
        return await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await recorder.run { _ in } }
            tasks.addTask { await leadership.run(loops) }
            tasks.addTask { await loops.run() }
            await loops.replace(with: policies)
            let closed = await story()
            let clean = await loops.stop(within: settings.gracePeriod)
            await leadership.stop()
            recorder.finish()
            tasks.cancelAll()
            return closed && clean
        }
    }
}
