import Fixtures
import Model
import Planning
import Testing

@testable import Reporting

/// What the numbers say of a controller.
struct MetricsTests {
    private static let start = Fixture.start.wall

    static func snapshot(
        _ plans: [Plan], role: ControllerSnapshot.Role = .leading, alerts: [AlertSnapshot] = [], at: Timestamp = start
    ) -> ControllerSnapshot {
        let policies = plans.map { plan in
            var policy = PolicySnapshot(policy: Fixture.policy(name: plan.policy))
            policy.passed(7, plan, troubles: [], at: start)
            return policy
        }
        return ControllerSnapshot(
            version: "0.1.0", replica: "drawbridge-0", role: role, startedAt: start, at: at, policies: policies, alerts: alerts, changes: []
        )
    }

    private static func lines(
        _ snapshot: ControllerSnapshot, _ counters: MetricCounters = MetricCounters(), _ process: ProcessFigures = ProcessFigures()
    ) -> [String] {
        let bytes = Exposition.write(Metrics.families(snapshot, counters, process), as: .text)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }

    private static func plan(addresses: [Address], nodes: [Node] = [], rules: [SecurityGroupRule] = []) -> Plan {
        PlanCases.plan(Fixture.policy(), Fixture.observation(addresses: addresses, nodes: nodes, rules: rules))
    }

    @Test func `addresses are counted by state, and those that are not bound are told one by one`() {
        let plan = Self.plan(
            addresses: [
                Fixture.address(1, heldBy: 1), Fixture.address(2),
                Fixture.address(3, users: [.other("projects/acme-prod/regions/europe-west1/forwardingRules/web")]),
            ], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1), Fixture.ownRule(2)])
        let lines = Self.lines(Self.snapshot([plan]))
        for (state, count) in ["bound": 1, "unbound": 1, "boundElsewhere": 1, "claimed": 0, "unknown": 0] {
            #expect(lines.contains("drawbridge_addresses{policy=\"orders-db\",state=\"\(state)\"} \(count)"))
        }
        let since = lines.filter { $0.hasPrefix("drawbridge_address_not_bound_since_timestamp_seconds{") }
        #expect(
            since
                == [(2, "unbound"), (3, "boundElsewhere")].map { number, state in
                    "drawbridge_address_not_bound_since_timestamp_seconds{policy=\"orders-db\",project=\"acme-prod\",region=\"europe-west1\","
                        + "address=\"egress-\(number)\",ip=\"203.0.113.\(number)\",state=\"\(state)\"} 1770000000"
                })
        #expect(lines.contains("drawbridge_addresses_not_admitted{policy=\"orders-db\"} 1"))
        #expect(lines.contains("drawbridge_policy_unbound_after_seconds{policy=\"orders-db\"} 900"))
    }

    @Test func `of many addresses that are not bound a thousand have series of their own, and the rest is a number`() {
        let addresses = (1...1300).map { Fixture.address($0) }
        let policy = "drawbridge_addresses_unlisted{policy=\"orders-db\"}"
        for (count, unlisted) in [(1000, 0), (1300, 300)] {
            let lines = Self.lines(Self.snapshot([Self.plan(addresses: Array(addresses.prefix(count)))]))
            #expect(lines.count { $0.hasPrefix("drawbridge_address_not_bound_since") } == 1000)
            #expect(lines.contains("\(policy) \(unlisted)"))
        }
    }

    @Test func `rules are counted by class, with what is to be done and what holds it`() {
        let lines = Self.lines(Self.snapshot([PlanCases.brake]))
        let group = "policy=\"orders-db\",security_group=\"\(Fixture.group.id)\",region=\"eu-west-1\""
        let held = PlanCases.brake.groups[0].held.count
        #expect(held > 0 && lines.contains("drawbridge_rule_changes_pending{\(group),change=\"held\"} \(held)"))
        #expect(lines.contains("drawbridge_held_revocations{policy=\"orders-db\",reason=\"brake\"} \(held)"))
        #expect(lines.contains("drawbridge_approval_pending{policy=\"orders-db\"} 1"))
        #expect(lines.contains("drawbridge_rule_quota{\(group),family=\"ipv4\"} 60"))
        let counts = lines.filter { $0.hasPrefix("drawbridge_rules{\(group),class=") }.compactMap {
            Int($0.split(separator: " ").last ?? "")
        }
        #expect(counts.count == 7 && counts.reduce(0, +) > 0)
    }

    @Test func `what could not be read is no zero`() {
        let lines = Self.lines(Self.snapshot([PlanCases.unknownEverything]))
        #expect(lines.contains { $0.hasPrefix("drawbridge_unknown_readings{") && !$0.hasSuffix(" 0") })
        for name in ["drawbridge_rules{", "drawbridge_rule_quota_used{", "drawbridge_nodes{", "drawbridge_last_success"] {
            #expect(!lines.contains { $0.hasPrefix(name) }, "\(name)")
        }
    }

    @Test func `nodes are counted by state, and by what they wait for`() {
        let lines = Self.lines(Self.snapshot([PlanCases.waitReasons]))
        let waiting = lines.filter { $0.hasPrefix("drawbridge_nodes_waiting{") }
        #expect(waiting.count > 5 && waiting.contains { $0.contains("reason=\"ownNode\"") })
        let sum = waiting.compactMap { Int($0.split(separator: " ").last ?? "") }.reduce(0, +)
        #expect(lines.contains("drawbridge_nodes{policy=\"orders-db\",state=\"waiting\"} \(sum)"))
    }

    @Test(arguments: [ControllerSnapshot.Role.standingBy(holder: "drawbridge-1"), .electing])
    func `a replica that does not lead tells of itself and its calls only`(role: ControllerSnapshot.Role) {
        let alert = AlertSnapshot(
            kind: "AddressUnbound", severity: .warning, policy: "orders-db", subject: "egress-1", state: "firing", since: Self.start,
            summary: "", action: "")
        let lines = Self.lines(Self.snapshot([PlanCases.converged], role: role, alerts: [alert]))
        #expect(lines.contains("drawbridge_leader 0"))
        #expect(!lines.contains { $0.contains("policy=\"") })
    }

    @Test func `a dry run tells where its policies stand`() {
        let lines = Self.lines(Self.snapshot([PlanCases.converged], role: .dryRun))
        #expect(lines.contains("drawbridge_dry_run 1") && lines.contains("drawbridge_leader 0"))
        #expect(lines.contains("drawbridge_last_success_timestamp_seconds{policy=\"orders-db\"} 1770000000"))
    }

    @Test func `alerts are counted by policy, kind, severity and state`() {
        let alerts = (1...3).map { number in
            AlertSnapshot(
                kind: "AddressUnbound", severity: .warning, policy: number == 3 ? nil : "orders-db", subject: "egress-\(number)",
                state: "firing", since: Self.start, summary: "", action: "")
        }
        let lines = Self.lines(Self.snapshot([PlanCases.converged], alerts: alerts))
        let labels = "kind=\"AddressUnbound\",severity=\"warning\",state=\"firing\""
        #expect(
            lines.contains("drawbridge_alerts{policy=\"orders-db\",\(labels)} 2")
                && lines.contains("drawbridge_alerts{policy=\"\",\(labels)} 1"))
    }

    @Test func `what was counted is told from zero on`() {
        var counters = MetricCounters()
        counters.expect(["orders-db"])
        counters.note(.request(.sts, operation: "AssumeRole", code: "OK", took: .milliseconds(20)))
        counters.note(.renewed(cloud: "aws", identity: "chain", end: Self.start + .seconds(60)))
        let lines = Self.lines(Self.snapshot([]), counters)
        for line in [
            "drawbridge_syncs_total{policy=\"orders-db\",result=\"failure\"} 0",
            "drawbridge_swaps_total{policy=\"orders-db\",outcome=\"unsettled\"} 0",
            "drawbridge_swap_duration_seconds_count{policy=\"orders-db\"} 0",
            "drawbridge_cloud_requests_total{api=\"sts\",operation=\"AssumeRole\",code=\"OK\"} 1",
            "drawbridge_cloud_retries_total{api=\"sts\",operation=\"AssumeRole\"} 0",
            "drawbridge_cloud_throttles_total{api=\"sts\",operation=\"AssumeRole\"} 0",
            "drawbridge_credential_refreshes_total{cloud=\"aws\",identity=\"chain\",result=\"failure\"} 0",
            "drawbridge_credential_expiry_timestamp_seconds{cloud=\"aws\",identity=\"chain\"} 1770000060",
        ] { #expect(lines.contains(line), "\(line)") }
    }

    @Test func `credentials that ended long ago are not in use any more`() {
        var counters = MetricCounters()
        counters.note(.renewed(cloud: "aws", identity: "chain", end: Self.start))
        func tells(after seconds: Int) -> Bool {
            Self.lines(Self.snapshot([], at: Self.start + .seconds(seconds)), counters).contains {
                $0.hasPrefix("drawbridge_credential_expiry")
            }
        }
        #expect(tells(after: 1800) && !tells(after: 7200))
    }

    @Test func `the process tells what it takes of the machine, as far as that can be read`() {
        let lines = Self.lines(
            Self.snapshot([]), MetricCounters(), ProcessFigures(residentBytes: 28_000_000, processorSeconds: 1.5, openFiles: 20))
        #expect(lines.contains("process_resident_memory_bytes 28000000") && lines.contains("process_cpu_seconds_total 1.5"))
        #expect(lines.contains("process_start_time_seconds 1770000000") && !lines.contains { $0.hasPrefix("process_max_fds") })
    }

    @Test(arguments: PlanCases.all.keys.sorted()) func `every plan gives each series once, in both formats`(name: String) throws {
        let plans = try #require(PlanCases.all[name])
        for (number, plan) in plans.enumerated() where number == 0 || plan.policy != plans[0].policy {
            let names = Self.lines(Self.snapshot([plan])).map { $0.prefix(upTo: $0.lastIndex(of: " ") ?? $0.endIndex) }
            #expect(Set(names).count == names.count && names.count > 10)
        }
    }

    @Test func `every metric is told by some process`() {
        var counters = MetricCounters()
        counters.expect(["orders-db"])
        counters.note(.request(.ec2, operation: "DescribeSecurityGroups", code: "OK", took: .zero))
        counters.note(.renewed(cloud: "gcp", identity: "x", end: Self.start))
        let alert = AlertSnapshot(
            kind: "SyncStale", severity: .critical, policy: nil, subject: "", state: "firing", since: Self.start, summary: "", action: "")
        let figures = ProcessFigures(residentBytes: 1, processorSeconds: 1, openFiles: 1, maxFiles: 1)
        let plan = Self.plan(addresses: [Fixture.address(1)], nodes: [Fixture.node(1)])
        let told = [plan, PlanCases.waitReasons].flatMap {
            Metrics.families(Self.snapshot([$0], alerts: [alert]), counters, figures).filter { !$0.points.isEmpty }.map(\.metric)
        }
        #expect(Set(told) == Set(Metric.allCases))
    }
}
