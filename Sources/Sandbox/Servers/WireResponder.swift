import HTTPTypes
import Hummingbird
import Model
import NIOCore

/// Puts a front end on a connection: waits where the front end says so, and hangs up where it says so.
struct WireResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let frontEnd: any FrontEnd
    let box: WorldBox

    /// Of a request's body: a thousand rules in form encoding are well under it.
    static let bodyLimit = 4 << 20

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        var buffer = try await request.body.collect(upTo: Self.bodyLimit)
        var headers = request.headers.map { (name: $0.name.canonicalName, value: $0.value) }
        if let authority = request.head.authority { headers.append((name: "host", value: authority)) }
        let wire = WireRequest(
            method: request.method.rawValue, path: request.uri.path, query: request.uri.query ?? "", headers: headers,
            body: buffer.readBytes(length: buffer.readableBytes) ?? [])
        guard let answer = try await answer(wire) else { return Self.hangUp }
        return Self.response(answer)
    }

    private func answer(_ request: WireRequest) async throws -> WireResponse? {
        var received: Timestamp?
        while true {
            let (reply, now) = box.step { world, now in
                let start = received ?? now
                received = start
                return (frontEnd.reply(to: request, in: &world, now: now, received: start), now)
            }
            switch reply {
            case .answer(let response): return response
            case .answerAt(let time, let response):
                if time > now { try await box.runtime.sleep(time - now) }
                return response
            case .again(let time): try await box.runtime.sleep(max(.milliseconds(1), time - now))
            case .hangUp: return nil
            }
        }
    }

    private static func response(_ answer: WireResponse) -> Response {
        var fields = HTTPFields()
        for header in answer.headers {
            if let name = HTTPField.Name(header.name) { fields.append(HTTPField(name: name, value: header.value)) }
        }
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    private struct Dropped: Error {}

    /// A head that promises a body, and then the end of the connection: the answer is lost on its way.
    private static var hangUp: Response {
        Response(status: HTTPResponse.Status(code: 200), body: ResponseBody(contentLength: 1) { _ in throw Dropped() })
    }
}
