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
    /// Of the request: who reads it in a log could send that request again for some minutes.
    let signature: Secret?

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
        // What is no error of AWS tells nothing of AWS's clock.
        var date: Timestamp?
        if let body = AWSErrorBody(response) {
            date = server
            kind = AWSErrorClass(code: body.code, status: response.status)
            let message = Self.joined(redacted(body.message), advice(on: kind, body.code))
            error = self.error(body.code, message, kind.disposition(writes: call.writes, retryAfter: after))
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
        var failure = QueryFailure(error: error, kind: kind, serverDate: date, receivedAt: local, signedAhead: signedAhead)
        failure.keys = keys
        failure.areTemporary = credentials?.sessionToken != nil
        return failure
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
        var result = self.error(error.kind.rawValue, Self.joined(redacted("\(error)"), advice(on: error.kind)), disposition)
        result.mayHaveTakenEffect = lost
        return QueryFailure(error: result, kind: nil, serverDate: nil, receivedAt: local, signedAhead: signedAhead)
    }

    /// What to do about a refusal, where there is one thing to say.
    private func advice(on kind: AWSErrorClass, _ code: String) -> String? {
        guard Self.refusalsOfKeys.contains(AWSErrorClass.bare(code)) else { return advice(on: kind) }
        let advice = kind == .denied ? "check the access key" : advice(on: kind)
        let told = [advice, keys].compactMap(\.self).joined(separator: "; ")
        return told.isEmpty ? nil : told
    }

    private func advice(on kind: AWSErrorClass) -> String? {
        switch kind {
        case .denied where api == .ec2: "allow ec2:\(call.operation) (policies/aws-permissions.json) to whom the request is signed for"
        case .signature: "check the access key and its secret"
        case .expired: "get new credentials"
        case .missing: "check the policy's id, region and account"
        default: nil
        }
    }

    /// Where AWS refuses the keys themselves, and so can't name whose they are. A role that may not do something it names itself.
    private static let refusalsOfKeys: Set<String> = [
        "ExpiredToken", "ExpiredTokenException", "RequestExpired", "AuthFailure", "SignatureDoesNotMatch", "InvalidSignatureException",
        "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId",
    ]

    /// Names of profiles and roles come from files: what is told of them is short and has no control characters.
    private var keys: String? {
        guard let source = credentials?.source, !source.isEmpty else { return nil }
        let shown = source.unicodeScalars.prefix(120).map { scalar -> Character in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: "?"
            default: Character(scalar)
            }
        }
        return "keys of \(redacted(String(shown)))"
    }

    /// What to do about a transfer that failed on the way.
    private func advice(on kind: HTTPError.Kind) -> String? {
        switch kind {
        case .resolve, .connect, .timeout: "check the network, HTTPS_PROXY and AWS_ENDPOINT_URL"
        case .tls: "check what answers there, AWS_CA_BUNDLE and SSL_CERT_FILE"
        default: nil
        }
    }

    /// The advice must survive the message's limit: vendors' texts can be long.
    private static func joined(_ message: String, _ advice: String?) -> String {
        advice.map { "\(String(message.unicodeScalars.prefix(998 - $0.unicodeScalars.count))); \($0)" } ?? message
    }

    private func error(_ code: String, _ message: String, _ disposition: APIError.Disposition) -> APIError {
        APIError(
            api: api, operation: call.operation, resource: call.resource, code: code, message: message, disposition: disposition)
    }

    /// Servers repeat requests in their errors: SignatureDoesNotMatch comes with the canonical request, session token included.
    private func redacted(_ message: String) -> String {
        (call.secrets + [credentials?.secretAccessKey, credentials?.sessionToken, signature].compactMap(\.self))
            .reduce(message) { $1.redacted(in: $0) }
    }
}
