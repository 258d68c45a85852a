import Foundation
import HTTP
import Model
import Sandbox
import Testing

/// `/metrics` of a real controller against the embedded clouds.
@Suite(.serialized) struct MetricsTests {
    /// Where a controller serves, and a client for it.
    struct Site {
        let address: String
        private let client = HTTPClient(HTTPClientConfiguration(trust: .system, clientCertificate: nil, proxy: .none, userAgent: "tests"))

        init(_ controller: Launched) async throws {
            let line = try await controller.says("serving /healthz")
            address = try #require(line.firstMatch(of: #/127\.0\.0\.1:[1-9]\d*/#).map { String($0.output) }, "\(line)")
        }

        func metrics(accept: String? = nil, method: String = "GET") async throws -> HTTPResponse {
            let limits = HTTPLimits(connect: .seconds(5), total: .seconds(10), idle: .seconds(10), responseBytes: 16 << 20)
            let headers: HTTPHeaders = accept.map { ["Accept": $0] } ?? [:]
            return try await client.send(HTTPRequest(method, "http://\(address)/metrics", headers: headers, body: nil, limits: limits))
        }

        func text() async throws -> String { String(decoding: try await metrics().body, as: UTF8.self) }

        func value(_ sample: String) async throws -> Double? { MetricsTests.value(sample, in: try await text()) }

        func eventually(within limit: Duration = .seconds(90), _ isWanted: (String) -> Bool) async throws {
            let deadline = ContinuousClock.now + limit
            while true {
                let text = try await text()
                if isWanted(text) { return }
                guard ContinuousClock.now < deadline else { throw Launched.Failure(description: "after \(limit):\n\(text)") }
                try await Task.sleep(for: .milliseconds(100))
            }
        }

        func end() async { await client.shutdown() }
    }

    /// The value of a sample, as it is written.
    static func value(_ sample: String, in text: String) -> Double? {
        text.split(separator: "\n").first { $0.hasPrefix(sample + " ") }.flatMap { Double($0.split(separator: " ").last ?? "") }
    }

    static func withSite(
        _ arguments: String..., shape: (inout SandboxScenario) -> Void = { _ in }, policy: (String) -> String = { $0 },
        _ body: (SandboxHarness, Launched, Site) async throws -> Void
    ) async throws {
        try await SandboxHarness.run(shape) { harness in
            try harness.editPolicy(policy)
            let controller = try harness.launch(["run", "--policy", harness.policy, "--listen", "127.0.0.1:0"] + arguments)
            let site = try await Site(controller)
            let result: Result<Void, any Error>
            do { result = .success(try await body(harness, controller, site)) } catch { result = .failure(error) }
            await site.end()
            try result.get()
        }
    }

    @Test func `what a controller has done and where it stands is told in numbers`() async throws {
        try await Self.withSite("--interval", "1s") { harness, controller, site in
            try await harness.closes(of: controller)
            let policy = "policy=\"orders-db\""
            let idle: [String: Double] = ["drawbridge_nodes{\(policy),state=\"bound\"}": 5, "drawbridge_swaps_running{\(policy)}": 0]
            try await site.eventually { text in
                idle.allSatisfy { Self.value($0.key, in: text) == $0.value } && text.contains("drawbridge_last_success")
            }
            let text = try await site.text()
            func value(_ sample: String) -> Double? { Self.value(sample, in: text) }
            let group = "\(policy),security_group=\"\(harness.scenario.securityGroup)\",region=\"eu-west-1\""
            let expected: [String: Double] = [
                "drawbridge_leader": 1, "drawbridge_dry_run": 0, "drawbridge_policy_refused": 0,
                "drawbridge_addresses{\(policy),state=\"bound\"}": 5, "drawbridge_addresses{\(policy),state=\"unbound\"}": 2,
                "drawbridge_nodes{\(policy),state=\"waiting\"}": 0, "drawbridge_rules{\(group),class=\"reserved\"}": 7,
                "drawbridge_rules{\(group),class=\"foreign\"}": 0, "drawbridge_rule_quota{\(group),family=\"ipv4\"}": 60,
                "drawbridge_unknown_readings{\(policy)}": 0, "drawbridge_swaps_total{\(policy),outcome=\"bound\"}": 5,
                "drawbridge_swap_duration_seconds_count{\(policy)}": 5, "drawbridge_swaps_running{\(policy)}": 0,
            ]
            for (sample, wanted) in expected { #expect(value(sample) == wanted, "\(sample)\n\(text)") }
            for (api, operation) in [
                ("compute", "instances.addAccessConfig"), ("ec2", "AuthorizeSecurityGroupIngress"), ("kubernetes", "list nodes"),
                ("compute", "addresses.list"),
            ] {
                let labels = "api=\"\(api)\",operation=\"\(operation)\""
                let count = value("drawbridge_cloud_requests_total{\(labels),code=\"OK\"}") ?? 0
                #expect(count >= 1, "\(operation)\n\(text)")
                #expect(value("drawbridge_cloud_request_duration_seconds_count{\(labels)}") ?? 0 >= count)
                #expect(value("drawbridge_cloud_throttles_total{\(labels)}") == 0)
            }
            #expect(
                value("drawbridge_credential_refreshes_total{cloud=\"gcp\",identity=\"the environment's\",result=\"success\"}") ?? 0 >= 1)
            #expect((value("drawbridge_sync_duration_seconds_sum{\(policy)}") ?? 0) > 0)
            #expect((value("process_resident_memory_bytes") ?? 0) > 1_000_000 && (value("process_open_fds") ?? 0) > 3)
            #expect((value("process_cpu_seconds_total") ?? 0) > 0 && (value("process_max_fds") ?? 0) > 3)
        }
    }

    @Test func `the format follows the reader, and HEAD has no body`() async throws {
        try await Self.withSite("--dry-run") { _, _, site in
            let plain = try await site.metrics(accept: "text/plain")
            #expect(plain.status == 200 && plain.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(plain.headers["Vary"] == "Accept" && plain.headers["Cache-Control"] == "no-store")
            #expect(!String(decoding: plain.body, as: UTF8.self).contains("# EOF"))
            let open = try await site.metrics(accept: "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
            #expect(open.headers["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
            #expect(String(decoding: open.body, as: UTF8.self).hasSuffix("\n# EOF\n"))
            let head = try await site.metrics(method: "HEAD")
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(try await site.metrics(method: "POST").status == 405)
        }
    }

    @Test func `throttles and retries are counted where they are met, and a refused policy file is told`() async throws {
        try await Self.withSite("--interval", "1s") { harness, controller, site in
            try await harness.closes(of: controller)
            harness.box.step { world, _ in
                world.faults = [
                    Fault(
                        .ec2, "DescribeSecurityGroupRules", times: 2, .fail(status: 503, code: "RequestLimitExceeded", message: "slow down")
                    )
                ]
            }
            let labels = "api=\"ec2\",operation=\"DescribeSecurityGroupRules\""
            try harness.editPolicy { $0.replacingOccurrences(of: "port: 5432", with: "port: five") }
            try await site.eventually { text in
                Self.value("drawbridge_cloud_throttles_total{\(labels)}", in: text) == 2
                    && Self.value("drawbridge_policy_refused", in: text) == 1
            }
            #expect(try await site.value("drawbridge_cloud_retries_total{\(labels)}") == 2)
            #expect(try await site.value("drawbridge_cloud_requests_total{\(labels),code=\"RequestLimitExceeded\"}") == 2)
        }
    }
}
