import Locking
import Model

@testable import HTTP

/// Answers every request with the parts of an input: in order, the last one for ever.
///
/// A part is an answer as it stands on the wire, or `!` and the kind of a failed transfer.
final class FuzzTransport: HTTPTransport {
    private enum Step {
        case answer(HTTPResponse)
        case failure(HTTPError.Kind)
    }

    /// More requests than any call of these clients makes.
    private static let requestLimit = 3000

    private let steps: [Step]
    private let asked = Locked(0)
    private let streamPieces: @Sendable ([UInt8]) -> [[UInt8]]

    init(_ input: [UInt8], streamPieces: @escaping @Sendable ([UInt8]) -> [[UInt8]] = { [$0] }) {
        steps = FuzzInput.parts(input, atMost: 16).map(Self.step)
        self.streamPieces = streamPieces
    }

    private static func step(_ part: [UInt8]) -> Step {
        if part.first == UInt8(ascii: "!"), let kind = HTTPError.Kind(rawValue: String(decoding: part.dropFirst(), as: UTF8.self)) {
            return .failure(kind)
        }
        var head = ResponseHead()
        var rest = part[...]
        while !head.isComplete, let end = rest.firstIndex(of: 0x0A) {
            let line = Array(rest[...end])
            let progress = line.withUnsafeBytes { head.read($0) }
            guard progress == .more || progress == .complete else { break }
            rest = rest[(end + 1)...]
        }
        guard head.isComplete else { return .answer(HTTPResponse(status: 200, headers: [:], body: part)) }
        return .answer(HTTPResponse(status: head.status, headers: head.headers, body: Array(rest)))
    }

    var requestCount: Int { asked.withLock { $0 } }

    func check() throws { try require(requestCount <= Self.requestLimit, "\(requestCount) requests") }

    private func next(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        // A request that could not be sent would not be answered either.
        _ = try PreparedRequest(request)
        let index = asked.withLock { count in
            count += 1
            return count - 1
        }
        guard index < Self.requestLimit else {
            throw HTTPError(.cancelled, request: "too many", message: "too many", mayHaveBeenReceived: false)
        }
        switch steps[min(index, steps.count - 1)] {
        case .answer(let response): return response
        case .failure(let kind): throw HTTPError(kind, request: "r", message: "m", mayHaveBeenReceived: true)
        }
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse { try next(request) }

    func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        let response = try next(request)
        let pieces = Locked(streamPieces(response.body)[...])
        return HTTPStream(
            status: response.status, headers: response.headers,
            body: HTTPStream.Body { () async throws(HTTPError) in pieces.withLock { $0.popFirst() } })
    }
}
