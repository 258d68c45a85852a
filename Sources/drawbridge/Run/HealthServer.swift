import Hummingbird
import Locking
import Logging

/// Serves the probes: `/livez` and `/healthz` while the process works at all, `/readyz` once every policy has had its first pass, or
/// while another replica leads.
enum HealthServer {
    /// - Parameter onServing: called once the address is taken.
    static func run(
        host: String, port: Int, health: HealthState, logger: Logger, onServing: @escaping @Sendable () -> Void
    ) async throws {
        let router = Router()
        router.get("livez") { _, _ in "ok\n" }
        router.get("healthz") { _, _ in "ok\n" }
        router.get("readyz") { _, _ -> Response in
            let obstacle = health.obstacle
            return Response(
                status: obstacle == nil ? .ok : .serviceUnavailable, headers: [.contentType: "text/plain; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: obstacle.map { "not ready: \($0)\n" } ?? "ok\n")))
        }
        var quiet = logger
        // It calls its own cancellation an error; what fails to start is thrown.
        quiet.logLevel = .critical
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { channel in
                let bound = channel.localAddress?.port ?? port
                logger.info("serving /healthz, /readyz and /livez", metadata: ["address": "\(host):\(bound)"])
                onServing()
            }, logger: quiet)
        // Not `runService`, which would trap the process's signals for itself.
        try await application.run()
    }
}
