import Fixtures
import HTTP
import Model
import Testing

@testable import Kubernetes

/// What the client of Kubernetes tells of its calls.
@Suite struct CallMeterTests {
    private static let empty = #"{"kind":"NodeList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}"#

    private static func request(_ code: String, _ operation: String = "list nodes") -> CallMeter.Event {
        .request(.kubernetes, operation: operation, code: code, took: .zero)
    }

    private static func client(_ steps: [ScriptedTransport.Step], _ log: MeterLog) -> KubernetesClient {
        KubernetesClient.scripted(ScriptedTransport(steps), meter: log.meter)
    }

    @Test func `each request with its code, what was throttled, each retry`() async throws {
        let log = MeterLog()
        let retried = CallMeter.Event.retried(.kubernetes, operation: "list nodes")
        _ = try await Self.client(
            [
                .status(429, "TooManyRequests", headers: ["Retry-After": "1"]), .answer(502, "<html>"),
                .failure(.connect, mayHaveBeenReceived: false), .answer(200, Self.empty),
            ], log
        ).listNodes(nil)
        #expect(
            log.events == [
                Self.request("TooManyRequests"), .throttled(.kubernetes, operation: "list nodes"), retried, Self.request("http-502"),
                retried,
                Self.request("connect"), retried, Self.request("OK"),
            ])
    }
}
