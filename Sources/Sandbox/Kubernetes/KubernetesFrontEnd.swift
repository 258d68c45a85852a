package import Hummingbird
import HTTPTypes
import NIOCore

/// Serves `KubernetesAPI` with hummingbird: `Application(responder: KubernetesFrontEnd(api: api), configuration: …)`.
package struct KubernetesFrontEnd: HTTPResponder {
    package typealias Context = BasicRequestContext

    private let api: KubernetesAPI

    package init(api: KubernetesAPI) { self.api = api }

    package func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        var body = try await request.body.collect(upTo: api.settings.bodyLimit)
        let reply = await api.respond(
            to: KubernetesRequest(
                method: request.method.rawValue, path: request.uri.path, query: request.uri.query ?? "",
                headers: request.headers.map { (name: $0.name.canonicalName, value: $0.value) },
                body: body.readBytes(length: body.readableBytes) ?? []))
        var response = Response(status: .init(code: reply.status))
        for header in reply.headers {
            if let name = HTTPField.Name(header.name) { response.headers.append(HTTPField(name: name, value: header.value)) }
        }
        switch reply.body {
        case .whole(let bytes): response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .stream(let chunks):
            response.body = ResponseBody { writer in
                for await chunk in chunks { try await writer.write(ByteBuffer(bytes: chunk)) }
                try await writer.finish(nil)
            }
        }
        return response
    }
}
