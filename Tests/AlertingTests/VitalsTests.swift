import Fixtures
import Model
import Testing

@testable import Alerting

@Suite struct VitalsTests {
    private func at(_ seconds: Int) -> Instant { Instant(sinceOrigin: .seconds(seconds)) }
    private func kinds(_ vitals: Vitals, _ seconds: Int) -> [AlertKind] {
        vitals.findings(now: at(seconds)).conditions.map(\.identity.kind)
    }

    @Test(arguments: [(30, 300), (100, 300), (200, 600)])
    func `patience is three intervals, and five minutes at least`(interval: Int, patience: Int) {
        #expect(ProcessConditions.patience(interval: .seconds(interval)) == .seconds(patience))
    }

    @Test func `passes that fail are told once none was good for five minutes; one good pass starts the clock anew`() {
        var vitals = Vitals(interval: .seconds(30))
        vitals.expect(["orders-db"], now: at(0))
        var step = BookTranscript()
        for pass in 0..<60 {
            let isGood = pass == 8 || pass >= 30
            vitals.passed("orders-db", troubles: isGood ? [] : ["ec2: 503", "compute: 503"], now: at(pass * 30))
            step(.findings(source: Vitals.source, vitals.findings(now: at(pass * 30)), repeatEvery: .seconds(3600)))
            step.pass(30)
        }
        #expect(step.lines == ["570s fired SyncFailing passes", "1020s resolved SyncFailing passes"])
        #expect(step.transitions.first?.alert.condition.summary.contains("ec2: 503 (and 1 more)") == true)
    }

    @Test func `no pass at all is told too, from when one was due`() {
        var vitals = Vitals(interval: .seconds(30))
        vitals.expect(["a", "b"], now: at(0))
        vitals.passed("a", troubles: [], now: at(200))
        #expect(kinds(vitals, 299) == [])
        #expect(kinds(vitals, 300) == [.syncStale])
        #expect(vitals.findings(now: at(300)).conditions.map(\.identity.policy) == ["b"])
        vitals.expect(["a", "c"], now: at(300))
        #expect(kinds(vitals, 400) == [])
        #expect(kinds(vitals, 500) == [.syncStale])
        // Whoever begins to lead has made no pass yet.
        vitals.expect(["a", "c"], anew: true, now: at(500))
        #expect(kinds(vitals, 799) == [])
        vitals.passed("gone", troubles: ["x"], now: at(799))
        #expect(kinds(vitals, 799) == [])
    }

    @Test func `a refused policy file, keys that can't be renewed and throttles are told while they last`() {
        var vitals = Vitals(interval: .seconds(30))
        vitals.policyErrors = "policy.yaml:3:1: no"
        vitals.renewalTroubles = ["AWS": "sts AssumeRole: 503"]
        vitals.throttled(2, now: at(0))
        #expect(kinds(vitals, 0) == [.policyRefused, .credentialsExpiring])
        vitals.throttled(1, now: at(10))
        #expect(kinds(vitals, 10) == [.policyRefused, .credentialsExpiring, .computeQuotaNear])
        vitals.policyErrors = nil
        vitals.renewalTroubles = [:]
        #expect(kinds(vitals, 611) == [])
        vitals.throttled(.max, now: at(700))
        #expect(vitals.findings(now: at(700)).conditions.first?.summary.contains("1000 calls away within 10m") == true)
    }
}
