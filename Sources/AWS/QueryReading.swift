import HTTP
import Model
import XML

/// Reads what came of one request: an answer, or a failure with its meaning.
struct QueryReading: Sendable {
    let call: QueryCall
    let api: APIError.API
    let endpoint: AWSEndpoint
    let credentials: AWSCredentials?
    let signedAhead: Duration

    func answer(_ response: HTTPResponse, receivedAt local: Timestamp) throws(QueryFailure) -> QueryAnswer {
        let server = response.headers["Date"].flatMap(HTTPDate.parse)
        guard response.isSuccess else { throw refusal(response, server: server, local: local) }
        let root: XMLElement
        do {
            root = try XMLDocument.parse(response.body, limits: .standard)
        } catch {
            throw malformed(response, "it is not XML (\(error))", local: local)
        }
        guard root.name == "\(call.operation)Response" else {
            throw malformed(response, "it is <\(root.name.prefix(60))>, not <\(call.operation)Response>", local: local)
        }
        return QueryAnswer(root: root, serverDate: server, receivedAt: local)
    }

    /// An answer with a status that is no success.
    private func refusal(_ response: HTTPResponse, server: Timestamp?, local: Timestamp) -> QueryFailure {
        let after = response.headers["Retry-After"].flatMap { HTTPDate.retryAfter($0, now: server ?? local) }
        let kind: AWSErrorClass
        var error: APIError
        if let body = AWSErrorBody(response) {
            kind = AWSErrorClass(code: body.code, status: response.status)
            error = self.error(body.code, redacted(body.message), kind.disposition(writes: call.writes, retryAfter: after))
            error.requestID = body.requestID
        } else {
            kind = AWSErrorClass(status: response.status)
            let excerpt = AWSErrorBody.excerpt(response, redact: redacted)
            let message = "\(endpoint) answered with no error of AWS: \(excerpt)"
            error = self.error("http-\(response.status)", message, kind.disposition(writes: call.writes, retryAfter: after))
            error.requestID = AWSErrorBody.requestID(response)
        }
        error.httpStatus = response.status
        error.mayHaveTakenEffect = call.writes && kind == .fault
        return QueryFailure(error: error, kind: kind, serverDate: server, receivedAt: local, signedAhead: signedAhead)
    }

    /// A success that can't be read: a write may well have been carried out.
    private func malformed(_ response: HTTPResponse, _ reason: String, local: Timestamp) -> QueryFailure {
        var error = error(
            "malformed-answer", "\(endpoint) answered, and \(redacted(reason))", call.writes ? .reread : .retry(after: nil))
        error.httpStatus = response.status
        error.mayHaveTakenEffect = call.writes
        return QueryFailure(error: error, kind: nil, serverDate: nil, receivedAt: local, signedAhead: signedAhead)
    }

    func failure(of error: HTTPError, at local: Timestamp) -> QueryFailure {
        let lost = call.writes && error.mayHaveBeenReceived
        let disposition: APIError.Disposition =
            switch error.kind {
            case _ where lost: .reread
            case .malformedRequest, .tooLarge, .internal: .permanent
            case .resolve, .connect, .tls, .timeout, .cancelled, .interrupted, .malformedResponse: .retry(after: nil)
            }
        var result = self.error(error.kind.rawValue, redacted("\(error)"), disposition)
        result.mayHaveTakenEffect = lost
        return QueryFailure(error: result, kind: nil, serverDate: nil, receivedAt: local, signedAhead: signedAhead)
    }

    private func error(_ code: String, _ message: String, _ disposition: APIError.Disposition) -> APIError {
        APIError(
            api: api, operation: call.operation, resource: call.resource, code: code, message: message, disposition: disposition)
    }

    /// Servers repeat requests in their errors: SignatureDoesNotMatch comes with the canonical request, session token included.
    private func redacted(_ message: String) -> String {
        var text = message
        let secrets = call.secrets + [credentials?.secretAccessKey, credentials?.sessionToken].compactMap(\.self)
        for secret in secrets where !secret.isEmpty { text = text.replacing(secret.exposed, with: "<redacted>") }
        return text
    }
}
