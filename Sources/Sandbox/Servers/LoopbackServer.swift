import Hummingbird
import Logging
import Model
import NIOCore

/// One HTTP server on a free port of 127.0.0.1.
struct LoopbackServer: Sendable {
    let port: Int
    private let task: Task<Void, any Error>

    /// Returns once it listens.
    ///
    /// - Parameter date: what its answers give as their `Date`, which is how clients measure their clock.
    static func start(
        _ responder: some HTTPResponder<BasicRequestContext>, date: @escaping @Sendable () -> Timestamp
    ) async throws -> LoopbackServer {
        let (ports, announced) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let application = Application(
            responder: responder, server: .http1(configuration: .init(additionalChannelHandlers: [WorldDate(date)])),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                announced.yield(channel.localAddress?.port ?? 0)
                announced.finish()
            }, logger: Logger(label: "sandbox") { _ in SwiftLogNoOpLogHandler() })
        let task = Task {
            defer { announced.finish() }
            try await application.run()
        }
        for await port in ports where port > 0 { return LoopbackServer(port: port, task: task) }
        task.cancel()
        try await task.value
        throw CancellationError()
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// Ends it, with the connections that are open.
    func stop() async {
        task.cancel()
        _ = await task.result
    }
}
