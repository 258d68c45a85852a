import HTTP
import Testing

/// Answers requests from a script, in order, and keeps them. A request beyond the script's end fails the transfer.
actor ScriptedTransport: HTTPTransport {
    enum Step: Sendable {
        case answer(HTTPResponse)
        case fail(HTTPError.Kind, received: Bool)
    }

    private var script: [Step]
    private(set) var requests: [HTTPRequest] = []

    init(_ script: Step...) { self.script = script }
    init(_ script: [Step]) { self.script = script }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        requests.append(request)
        guard !script.isEmpty else {
            throw HTTPError(.internal, request: request.url, message: "the script has ended", mayHaveBeenReceived: false)
        }
        switch script.removeFirst() {
        case .answer(let response): return response
        case .fail(let kind, let received):
            throw HTTPError(kind, request: "POST \(request.url)", message: "as scripted", mayHaveBeenReceived: received)
        }
    }

    func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        throw HTTPError(.internal, request: request.url, message: "no streams here", mayHaveBeenReceived: false)
    }

    /// The bodies sent, as text.
    var bodies: [String] { requests.map { String(decoding: $0.body ?? [], as: UTF8.self) } }

    /// The actions called, in order.
    var actions: [String] {
        bodies.map { String($0.split(separator: "&").first?.dropFirst("Action=".count) ?? "") }
    }

    var remaining: Int { script.count }
}

extension ScriptedTransport.Step {
    static func answer(_ status: Int = 200, _ body: String, headers: HTTPHeaders = [:]) -> Self {
        .answer(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
    }

    /// An error as EC2 writes it.
    static func refusal(_ status: Int, _ code: String, message: String = "for a test", headers: HTTPHeaders = [:]) -> Self {
        .answer(
            status,
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <Response><Errors><Error><Code>\(code)</Code><Message>\(message)</Message></Error></Errors><RequestID>req-1</RequestID></Response>
            """, headers: headers)
    }

    /// An error as STS writes it.
    static func stsRefusal(_ status: Int, _ code: String, headers: HTTPHeaders = [:]) -> Self {
        .answer(
            status,
            """
            <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <Error><Type>Sender</Type><Code>\(code)</Code><Message>for a test</Message></Error><RequestId>req-2</RequestId>
            </ErrorResponse>
            """, headers: headers)
    }
}

extension ScriptedTransport.Step: CustomTestStringConvertible {
    nonisolated var testDescription: String {
        switch self {
        case .answer(let response): "\(response.status) \(String(decoding: response.body, as: UTF8.self).prefix(80))"
        case .fail(let kind, let received): "\(kind.rawValue)\(received ? ", perhaps received" : "")"
        }
    }
}
