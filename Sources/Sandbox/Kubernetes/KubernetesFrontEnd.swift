import HTTPTypes
package import Hummingbird
import Logging
import Model
import NIOCore

/// Serves `KubernetesAPI` with hummingbird: `Application(responder: KubernetesFrontEnd(api: api), configuration: …)`.
package struct KubernetesFrontEnd: HTTPResponder {
    package typealias Context = BasicRequestContext

    private let api: KubernetesAPI
    private let box: WorldBox?

    /// - Parameter box: the world in whose log the calls are recorded.
    package init(api: KubernetesAPI, box: WorldBox? = nil) {
        self.api = api
        self.box = box
    }

    package func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        let body: [UInt8]
        do {
            body = Array(buffer: try await request.body.collect(upTo: api.settings.bodyLimit))
        } catch is NIOTooManyBytesError {
            return response(.failure(.tooLarge))
        }
        let call = KubernetesRequest(
            method: request.method.rawValue, path: request.uri.path, query: request.uri.query ?? "",
            headers: request.headers.map { (name: $0.name.canonicalName, value: $0.value) }, body: body)
        let received = api.runtime.now().wall
        let reply = await api.respond(to: call)
        record(call, reply, received: received)
        return response(reply)
    }

    private func record(_ request: KubernetesRequest, _ reply: KubernetesReply, received: Timestamp) {
        guard let box else { return }
        let wire = WireRequest(
            method: request.method, path: request.path, query: request.query, headers: request.headers, body: [])
        let call = WireCall(kubernetes: wire)
        let outcome: CallLog.Outcome =
            (200..<300).contains(reply.status)
            ? .answered(status: reply.status) : .refused(status: reply.status, code: String(reply.status))
        var entry = CallLog.Call(
            time: received, api: .kubernetes, operation: call.operation, resource: call.resource, outcome: outcome, caller: wire.caller)
        if entry.isWrite, case .answered = outcome { entry.effectAt = api.runtime.now().wall }
        box.step { world, _ in world.calls.record(entry) }
    }

    private func response(_ reply: KubernetesReply) -> Response {
        var response = Response(status: .init(code: reply.status))
        for header in reply.headers {
            if let name = HTTPField.Name(header.name) { response.headers.append(HTTPField(name: name, value: header.value)) }
        }
        switch reply.body {
        case .whole(let bytes): response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .stream(let chunks):
            response.body = ResponseBody { writer in
                // An empty write sends the head at once: clients wait for it before anything has happened.
                try await writer.write(ByteBuffer())
                for await chunk in chunks { try await writer.write(ByteBuffer(bytes: chunk)) }
                try await writer.finish(nil)
            }
        }
        return response
    }

    /// Serves the API by itself over plain HTTP until the task is cancelled.
    ///
    /// - Parameter port: 0 takes a free one; `started` is told which.
    package static func serve(
        _ api: KubernetesAPI, host: String, port: Int, started: @escaping @Sendable (Int) async -> Void
    ) async throws {
        var logger = Logger(label: "sandbox.kubernetes")
        logger.logLevel = .critical
        let application = Application(
            responder: KubernetesFrontEnd(api: api),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { channel in await started(channel.localAddress?.port ?? port) },
            logger: logger)
        try await application.run()
    }
}
