import ArgumentParser
import Foundation
import Glibc
import Locking
import Model
import Peers
import Sandbox
import Testing

@testable import drawbridge

/// The alerts of `drawbridge run`: by a webhook, and through a restart.
@Suite(.serialized) struct AlertsCommandTests {
    /// Answers every request with 200, and keeps what it was sent.
    private final class Receiver: Sendable {
        let url: String
        let requests = Locked<[String]>([])
        private let listener: Int32

        init() {
            let socket = LoopbackSocket.listening()
            let listener = socket.descriptor
            self.listener = listener
            url = "http://127.0.0.1:\(socket.port)/alerts"
            let requests = requests
            Thread.detachNewThread {
                while true {
                    let connection = accept(listener, nil, nil)
                    guard connection >= 0 else { break }
                    var chunk = [UInt8](repeating: 0, count: 65_536)
                    var got: [UInt8] = []
                    // To the closing brace of the request's JSON.
                    while got.last != 0x7D {
                        let count = recv(connection, &chunk, chunk.count, 0)
                        guard count > 0 else { break }
                        got += chunk[..<count]
                    }
                    let text = String(decoding: got, as: UTF8.self)
                    requests.withLock { $0.append(text) }
                    let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
                    _ = answer.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                    close(connection)
                }
                close(listener)
            }
        }

        deinit { shutdown(listener, Int32(SHUT_RDWR)) }

        func count(of word: String) -> Int { requests.withLock { $0.count { $0.contains(word) } } }
    }

    @Test func `alerts reach a webhook, signed, and a restart does not repeat them`() async throws {
        let receiver = Receiver()
        try await SandboxHarness.run { scenario in
            scenario.nodes = 2
            scenario.addresses = 4
        } _: { harness in
            try harness.addToSpec("alerts: {unboundAfter: 1s}")
            let secret = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID().uuidString)")
            try "the-webhook-secret\n".write(to: secret, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(at: secret) }
            let flags = ["--interval", "1s", "--webhook", receiver.url, "--webhook-secret-file", secret.path]
            func start() throws -> Launched { try harness.controller(flags[0], flags[1], flags[2], flags[3], flags[4], flags[5]) }

            let first = try start()
            try await poll(within: .seconds(60)) {
                receiver.count(of: #""kind":"AddressUnbound""#) == 2 ? nil : "\(receiver.requests.withLock { $0 })\n\(first.errors)"
            }
            let sent = receiver.requests.withLock { $0 }
            #expect(sent.allSatisfy { $0.contains("X-Drawbridge-Signature: t=") && $0.contains(#""change":"fired""#) })
            #expect(first.errors.contains("AddressUnbound") && first.errors.contains("about $7.30 a month"))
            first.send(SIGTERM)
            let ended = try await first.ended(within: .seconds(20))
            #expect(ended.status == 0 && !ended.errors.contains("the-webhook-secret"), "\(ended)")
            let kept = harness.world.kubernetes.object(.configmaps, KubernetesObjectKey(namespace: "default", name: "drawbridge-state"))
            let text = try #require(kept?[path: ["data"]]?["alerts.json"]?.string)
            #expect(text.contains("AddressUnbound") && !text.contains("the-webhook-secret"))

            let before = receiver.requests.withLock { $0.count }
            let second = try start()
            try await second.says("nothing to change")
            // Two passes later it has looked at all of it.
            let passes =
                harness.world.calls.count(.compute, "addresses.list") + harness.world.calls.count(.compute, "addresses.aggregatedList")
            try await harness.eventually("two more passes", of: second) { world in
                world.calls.count(.compute, "addresses.list") + world.calls.count(.compute, "addresses.aggregatedList") >= passes + 2
            }
            #expect(!second.errors.contains(#""AddressUnbound""#), "\(second.errors)")
            #expect(receiver.requests.withLock { $0.count } == before)
            // What is new is told.
            harness.box.step { world, now in _ = world.reserveAddress("egress-late", in: harness.scenario, now: now) }
            try await poll(within: .seconds(60)) { receiver.count(of: "egress-late") == 1 ? nil : "\(second.errors)" }
            second.send(SIGTERM)
            _ = try await second.ended(within: .seconds(20))
        }
    }

    @Test(arguments: ["http://am:9093", "https://am.example.com/prefix", "http://[::1]:9093"])
    func `a receiver's URL is taken as it is`(text: String) throws {
        #expect(try AlertOptions.url(text) == text)
    }

    @Test(arguments: [
        "", "am:9093", "ftp://am", "http://", "http:///x", "http://user:word@am", "http://am/?token=1", "http://am/#a", "http://a b",
    ])
    func `a URL that is none, or carries a secret, is refused`(text: String) {
        #expect(throws: (any Error).self) { try AlertOptions.url(text) }
    }

    @Test(arguments: [
        ["--pagerduty-url", "http://events.example.com/enqueue"],
        ["--webhook", "http://hook.monitoring:8080/", "--webhook-secret-file", "x"],
    ])
    func `what shares a secret is reached by https, or on this machine`(flags: [String]) throws {
        #expect(throws: (any Error).self) { try RunCommand.parse(["--policy", "x.yaml"] + flags) }
        for place in ["https://hook.example.com/", "http://127.0.0.1:8080/", "http://localhost/"] {
            _ = try RunCommand.parse(["--policy", "x.yaml", flags[0], place] + flags.dropFirst(2))
        }
    }

    @Test(arguments: [["--webhook", "http://a"], ["--webhook-secret-file", "x"]])
    func `a webhook and its secret go together`(flags: [String]) {
        #expect(throws: (any Error).self) { try RunCommand.parse(["--policy", "x.yaml"] + flags) }
    }
}
