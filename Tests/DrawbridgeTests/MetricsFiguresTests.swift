import HTTP
import Sandbox
import Testing

/// How long `/metrics` takes; printed, since it is the machine's as well. In release:
/// `swift test --disable-xctest -c release -Xswiftc -enable-testing --filter MetricsFiguresTests`.
@Suite(.serialized) struct MetricsFiguresTests {
    @Test func `metrics of a thousand addresses, none of them bound`() async throws {
        func shape(_ scenario: inout SandboxScenario) {
            scenario.nodes = 0
            scenario.addresses = 1000
            scenario.admitted = 0
            scenario.ruleQuota = 1000
        }
        try await MetricsTests.withSite(shape: shape) { _, _, site in
            try await site.eventually { MetricsTests.value("drawbridge_addresses{policy=\"orders-db\",state=\"unbound\"}", in: $0) == 1000 }
            var times: [Duration] = []
            var size = 0
            for _ in 0..<50 {
                let start = ContinuousClock.now
                size = try await site.metrics().body.count
                times.append(ContinuousClock.now - start)
            }
            #expect(size > 100_000)
            let sorted = times.sorted()
            print("/metrics of 1000 addresses: median \(sorted[25]), worst \(sorted[49]), \(size) bytes")
        }
    }
}
