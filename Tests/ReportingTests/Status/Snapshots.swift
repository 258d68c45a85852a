import Fixtures
import Model
import Planning
import Reporting

/// What controllers know of themselves, made of the plans of `PlanCases`.
enum Snapshots {
    static let start = Fixture.start.wall
    static let now = start + .seconds(600)

    static func policy(_ plan: Plan, _ change: (inout PolicySnapshot) -> Void = { _ in }) -> PolicySnapshot {
        var snapshot = PolicySnapshot(policy: Fixture.policy(name: plan.policy))
        snapshot.passed(7, plan, troubles: [], at: start)
        change(&snapshot)
        return snapshot
    }

    static func controller(
        _ policies: [PolicySnapshot], role: ControllerSnapshot.Role = .leading, alerts: [AlertSnapshot] = [], changes: [HistoryEntry] = []
    ) -> ControllerSnapshot {
        ControllerSnapshot(
            version: "1.2.3", replica: "drawbridge-0", role: role, startedAt: start, at: now, policies: policies, alerts: alerts,
            changes: changes)
    }

    /// Texts that others wrote, meant to do harm wherever they are shown.
    static let hostile = "<script>alert(1)</script>\u{202E}\n`x`\u{1B}[31m\" onload='y' &amp;"

    /// Hostile texts wherever there is one.
    static var hostileController: ControllerSnapshot {
        var node = Fixture.node(1)
        node.name = hostile
        let plan = PlanCases.plan(
            Fixture.policy(foreignRules: .report),
            Fixture.observation(
                addresses: [Fixture.address(1)], nodes: [node],
                rules: [Fixture.rule("sgr-\(hostile)", "192.0.2.7/32", description: hostile)], instances: [Fixture.instance(1)]))
        let snapshot = policy(plan) { snapshot in
            snapshot.troubles = [hostile]
            snapshot.activity.swaps = [
                Activity.Swap(
                    node: hostile, address: Fixture.address(1).reference, ip: Fixture.reservedIP(1), previousIP: nil, step: .attaching,
                    since: start,
                    isResumed: false, stranded: hostile)
            ]
        }
        let alert = AlertSnapshot(
            kind: hostile, severity: .critical, policy: "orders-db", subject: hostile, state: "firing", since: start, summary: hostile,
            action: hostile)
        let entry = HistoryEntry(
            at: start, replica: hostile, policy: hostile, kind: "SwapFailed", subject: hostile, what: hostile, why: hostile,
            requestIDs: [hostile])
        return controller([snapshot], role: .standingBy(holder: hostile), alerts: [alert], changes: [entry])
    }
}
