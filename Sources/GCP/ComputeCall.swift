import HTTP
import Model

/// One call of the API, before it has a token.
struct ComputeCall: Sendable {
    var method: ComputeMethod
    /// What it is called on, for people.
    var resource: String
    var verb: String
    /// Below the endpoint: segments that are encoded one by one.
    var path: [String]
    var query: [(String, String)] = []
    var body: [UInt8]?
    var limits = ComputeCall.limits
    /// Asked before each request of a write. The wait for the operation that the write has started is reading, and goes on without.
    var gate: WriteGate?

    /// A page of 500 Addresses is about 500 KB, and a few MB where each has its 64 labels.
    static let limits = HTTPLimits(connect: .seconds(5), total: .seconds(30), idle: .seconds(20), responseBytes: 16 << 20)

    /// For `zoneOperations.wait`, which says nothing for up to two minutes. It is asked again after 30 s: a dead connection says nothing
    /// either, and most operations on access configs are over by then.
    static func limits(waitingAtMost remaining: Duration) -> HTTPLimits {
        let total = max(.seconds(1), min(remaining, .seconds(30)))
        return HTTPLimits(connect: .seconds(5), total: total, idle: total, responseBytes: 1 << 20)
    }

    func request(_ endpoint: ComputeEndpoint, token: Secret) throws(APIError) -> HTTPRequest {
        var segments: [String] = []
        for part in path {
            guard let segment = URLEncoding.segment(part) else {
                throw error("malformed-name", "'\(part.prefix(100))' is not a name", .permanent)
            }
            segments.append(segment)
        }
        var url = endpoint.url + segments.joined(separator: "/")
        if !query.isEmpty { url += "?" + URLEncoding.pairs(query) }
        var headers: HTTPHeaders = ["Authorization": "Bearer \(token.exposed)", "Accept": "application/json"]
        if verb == "POST" { headers.add("Content-Type", "application/json") }
        return HTTPRequest(verb, url, headers: headers, body: verb == "POST" ? body ?? [] : nil, limits: limits)
    }

    func error(
        _ code: String, _ message: String, _ disposition: APIError.Disposition, status: Int? = nil, requestID: String? = nil,
        mayHaveTakenEffect: Bool = false
    ) -> APIError {
        APIError(
            api: .compute, operation: method.rawValue, resource: resource, code: code, httpStatus: status, requestID: requestID,
            message: message, disposition: disposition, mayHaveTakenEffect: mayHaveTakenEffect)
    }
}
