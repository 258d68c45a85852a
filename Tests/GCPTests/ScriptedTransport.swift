import Foundation
import HTTP

/// Answers by a script and keeps what was asked. In order, or, for callers that ask at the same time, by the request.
final class ScriptedTransport: HTTPTransport, @unchecked Sendable {
    struct Step {
        var request: String
        var result: Result<HTTPResponse, HTTPError>
        /// Runs before the answer: lets time pass.
        var before: @Sendable () -> Void = {}
    }

    private let lock = NSLock()
    private var steps: [Step]
    private let inAnyOrder: Bool
    private var sent: [HTTPRequest] = []

    init(_ steps: [Step], inAnyOrder: Bool = false) {
        self.steps = steps
        self.inAnyOrder = inAnyOrder
    }

    var requests: [HTTPRequest] { lock.withLock { sent } }
    /// `GET https://…`, one for each request.
    var log: [String] { requests.map { "\($0.method) \($0.url)" } }
    var isFinished: Bool { lock.withLock { steps.isEmpty } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let line = "\(request.method) \(request.url)"
        let step: Step? = lock.withLock {
            sent.append(request)
            let index = inAnyOrder ? steps.firstIndex { $0.request == line } : steps.indices.first
            guard let index, steps[index].request == line else { return nil }
            return steps.remove(at: index)
        }
        guard let step else {
            throw HTTPError(.internal, request: line, message: "not in the script", mayHaveBeenReceived: false)
        }
        step.before()
        return try step.result.get()
    }

    func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        throw HTTPError(.internal, request: request.url, message: "no streams here", mayHaveBeenReceived: false)
    }
}

extension ScriptedTransport.Step {
    static func answer(
        _ request: String, _ body: String, status: Int = 200, headers: HTTPHeaders = [:], before: @escaping @Sendable () -> Void = {}
    ) -> Self {
        Self(
            request: request, result: .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8))), before: before
        )
    }

    static func failure(
        _ request: String, _ kind: HTTPError.Kind, received: Bool, before: @escaping @Sendable () -> Void = {}
    ) -> Self {
        Self(
            request: request,
            result: .failure(HTTPError(kind, request: request, message: "scripted", mayHaveBeenReceived: received)), before: before)
    }

    /// An error as Compute Engine writes it.
    static func refusal(_ request: String, _ status: Int, _ reason: String, _ message: String, headers: HTTPHeaders = [:]) -> Self {
        answer(
            request,
            #"{"error":{"code":\#(status),"message":"\#(message)","errors":[{"message":"\#(message)","domain":"global","reason":"\#(reason)"}]}}"#,
            status: status, headers: headers)
    }
}
