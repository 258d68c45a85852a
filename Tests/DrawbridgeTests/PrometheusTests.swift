import Foundation
import HTTP
import Peers
import Sandbox
import Testing

/// Prometheus itself: it takes what is served, and evaluates the rules that are shipped.
@Suite(.serialized, .enabled(if: PrometheusPeer.isThere, "\(PrometheusPeer.isMissing)")) struct PrometheusTests {
    private static let rules = Repository.file("deploy/monitoring/alerts.yaml")

    @Test func `promtool finds nothing wrong with the rules`() throws {
        let (status, output) = try PrometheusPeer.promtool("check", "rules", "--lint-fatal", Self.rules.path)
        #expect(status == 0, "\(output)")
    }

    @Test func `the rules fire and stay quiet as their tests say`() throws {
        let (status, output) = try PrometheusPeer.promtool("test", "rules", Repository.file("deploy/monitoring/alerts_test.yaml").path)
        #expect(status == 0 && output.contains("SUCCESS"), "\(output)")
    }

    @Test func `promtool finds nothing wrong with what a controller serves`() async throws {
        try await MetricsTests.withSite("--interval", "1s") { harness, controller, site in
            try await harness.closes(of: controller)
            let (status, output) = try PrometheusPeer.promtool("check", "metrics", input: Data(try await site.metrics().body))
            #expect(status == 0 && output.isEmpty, "\(output)")
        }
    }

    @Test func `Prometheus scrapes a controller, and alerts of an address that nothing holds`() async throws {
        func policy(_ text: String) -> String { text + "  alerts: {unboundAfter: 2s}\n" }
        try await MetricsTests.withSite("--interval", "1s", policy: policy) { harness, controller, site in
            let prometheus = try PrometheusPeer(target: site.address, rules: Self.rules)
            let result: Result<Void, any Error>
            do {
                try await harness.closes(of: controller)
                try await self.observe(prometheus, harness)
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await prometheus.stop()
            try result.get()
        }
    }

    private func observe(_ prometheus: PrometheusPeer, _ harness: SandboxHarness) async throws {
        _ = try await prometheus.eventually("up{job=\"drawbridge\"}") { $0.map(\.value) == [1] }
        _ = try await prometheus.eventually("drawbridge_nodes{policy=\"orders-db\", state=\"bound\"}") { $0.map(\.value) == [5] }
        _ = try await prometheus.eventually("sum(drawbridge_swap_duration_seconds_bucket{le=\"+Inf\"})") { $0.map(\.value) == [5] }
        // Two addresses more than nodes.
        let alert = "ALERTS{alertname=\"DrawbridgeAddressUnbound\", alertstate=\"firing\"}"
        let firing = try await prometheus.eventually(alert) { $0.count == 2 }
        for sample in firing {
            #expect(sample.metric["severity"] == "warning" && sample.metric["policy"] == "orders-db")
            #expect(sample.metric["region"] == "europe-west1" && sample.metric["ip"]?.isEmpty == false)
        }
        // One of them is released: what was said of it is over.
        let name = try #require(firing.first?.metric["address"])
        harness.byHand { world, now in world.releaseAddress(name, in: harness.scenario, now: now) }
        let left = try await prometheus.eventually(alert) { $0.count == 1 }
        #expect(left.first?.metric["address"] != name)
        _ = try await prometheus.eventually("ALERTS{alertname!=\"DrawbridgeAddressUnbound\", alertstate=\"firing\"}") { $0.isEmpty }
    }
}
