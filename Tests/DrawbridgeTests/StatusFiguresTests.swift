import Foundation
import HTTP
import Model
import Sandbox
import Testing

/// What the status page costs with a thousand addresses. Times are printed, since they are the machine's as well.
@Suite(.serialized) struct StatusFiguresTests {
    @Test func `the page, the status and the events of a thousand addresses`() async throws {
        try await SandboxHarness.run { scenario in
            scenario.nodes = 20
            scenario.addresses = 1000
            scenario.admitted = 1000
            scenario.ruleQuota = 1000
            scenario.stale = 0
            scenario.foreign = 0
        } _: { harness in
            let controller = try harness.controller("--listen", "127.0.0.1:0", "--interval", "10m")
            let base = try await controller.page()
            try await harness.closes(of: controller)
            let client = HTTPClient(HTTPClientConfiguration(trust: .system, clientCertificate: nil, proxy: .none, userAgent: "tests"))
            for path in ["", "api/v1/status", "api/v1/status?format=text", "api/v1/explain?subject=egress-500", "livez"] {
                var times: [Duration] = []
                var bytes = 0
                for _ in 0..<30 {
                    let limits = HTTPLimits(connect: .seconds(5), total: .seconds(30), idle: .seconds(30), responseBytes: 64 << 20)
                    let start = ContinuousClock.now
                    let response = try await client.send(HTTPRequest("GET", base + path, headers: [:], body: [], limits: limits))
                    times.append(ContinuousClock.now - start)
                    #expect(response.status == 200)
                    bytes = response.body.count
                    if path.isEmpty {
                        #expect(String(decoding: response.body, as: UTF8.self).ranges(of: "data-label=\"IP\"").count == 1000)
                    }
                }
                times.sort()
                print("figures: /\(path): \(bytes >> 10) KiB, median \(times[15].milliseconds) ms, slowest \(times[29].milliseconds) ms")
            }
            print(
                "figures: resident with a thousand addresses and after these requests: \(controller.residentMiB.map { "\(Int($0))" } ?? "?") MiB"
            )
            await client.shutdown()
        }
    }
}
