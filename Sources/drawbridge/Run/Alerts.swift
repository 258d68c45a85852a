import AWS
import Alerting
import HTTP
import Kubernetes
import Locking
import Logging
import Model
import Planning
import Reconciliation

/// The alerts of a process: what its loops and it itself find, until it is over.
final class Alerts: Sendable {
    private let desk: AlertDesk
    private let clouds: Clouds
    private let vitals: Locked<Vitals>
    private let policies = Locked<[String: Whitelist]>([:])
    private let changes: AsyncStream<Void>
    private let feed: AsyncStream<Void>.Continuation
    /// Between two looks at what no pass tells.
    private static let tick = Duration.seconds(15)
    private static let flushLimit = Duration.seconds(3)

    /// - Parameters:
    ///   - store: where what was told is kept; `nil`: nowhere.
    ///   - interval: between two passes, at most.
    init(
        _ sinks: [any AlertSink] = [], alertmanagers: [String] = [], store: (any AlertStateStore)? = nil, interval: Duration,
        clouds: Clouds, logger: Logger, tell: @escaping @Sendable (AlertTransition) -> Void
    ) {
        (changes, feed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        var settings = AlertDesk.Settings()
        settings.sinks = sinks
        settings.alertmanagers = alertmanagers.map(Alertmanager.init(url:))
        settings.store = store
        desk = AlertDesk(settings, transport: clouds.outward, runtime: clouds.runtime, tell: tell, warn: { logger.warning("\($0)") })
        self.clouds = clouds
        vitals = Locked(Vitals(interval: interval))
    }

    /// The policies from now on.
    func expect(_ wanted: [Whitelist]) {
        policies.withLock { $0 = Dictionary(wanted.map { ($0.name, $0) }) { first, _ in first } }
        let now = clouds.runtime.now().instant
        vitals.withLock { $0.expect(wanted.map(\.name), now: now) }
        desk.keep(sources: Set(wanted.map(\.name)).union([Vitals.source]))
    }

    /// Only who leads tells: others see the same.
    func lead(_ leads: Bool) {
        let names = policies.withLock { Array($0.keys) }
        let now = clouds.runtime.now().instant
        vitals.withLock { $0.expect(names, anew: true, now: now) }
        desk.lead(leads)
        if leads { look() }
    }

    func take(_ report: PolicyLoop.Report, of name: String) {
        guard case .planned(let pass) = report, let policy = policies.withLock({ $0[name] }) else { return }
        desk.take(
            Conditions.of(pass.plan, stranded: pass.stranded, policy: policy), of: name,
            repeatEvery: max(policy.alerts.repeatEvery, .seconds(60)))
        let troubles = pass.plan.unknowns.map(\.message) + pass.troubles
        vitals.withLock { $0.passed(name, troubles: troubles, now: pass.at.instant) }
        look()
    }

    /// - Parameter errors: why the changed policy file is refused; `nil` once it is not.
    func policyFile(refused errors: String?) {
        vitals.withLock { $0.policyErrors = errors }
        look()
    }

    private func look() {
        let now = clouds.runtime.now().instant
        let (throttles, failures) = (clouds.throttles.take(), clouds.securityGroups.clients.refreshFailures)
        let findings = vitals.withLock { vitals in
            vitals.throttled(throttles, now: now)
            vitals.renewalTroubles = failures.first.map { ["AWS": "\($0)"] } ?? [:]
            return vitals.findings(now: now)
        }
        desk.take(findings, of: Vitals.source, repeatEvery: .seconds(3600))
        feed.yield()
    }

    /// Runs until cancelled.
    ///
    /// - Parameters:
    ///   - leadings: whether this process is the one that tells.
    ///   - show: given all alerts, those that are pending too, when they may have changed.
    func run(_ leadings: AsyncStream<Bool>, show: @escaping @Sendable ([Alert]) -> Void) async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.desk.run() }
            tasks.addTask { for await leads in leadings { self.lead(leads) } }
            tasks.addTask { for await _ in self.changes { show(self.desk.firing + self.desk.pending) } }
            while !Task.isCancelled {
                do { try await clouds.runtime.sleep(Self.tick) } catch { break }
                look()
            }
            tasks.cancelAll()
        }
    }

    /// Keeps what was told, before the lease is given up.
    func flush() async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.desk.flush() }
            tasks.addTask { [clouds] in try? await clouds.runtime.sleep(Self.flushLimit) }
            await tasks.next()
            tasks.cancelAll()
        }
    }
}
