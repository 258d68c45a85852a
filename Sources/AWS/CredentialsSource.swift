package import Model

/// One place of the chain where credentials may be found.
package protocol CredentialsSource: Sendable {
    /// As a person would name it: `environment`, `shared profile 'prod'`.
    var name: String { get }

    /// - Returns: `nil` when this place is not configured at all, so that the next is asked.
    /// - Throws: when it is configured and does not work: the chain ends there, as it does in botocore.
    func load() async throws(APIError) -> AWSCredentials?

    /// Why the last `load` gave nothing, where the place was asked and kept silent: it may well be configured.
    var silence: String? { get }
}

extension CredentialsSource {
    package var silence: String? { nil }
}

extension CredentialsSource {
    /// An error of this source, whose message is `what happened; what to do`.
    func failure(
        _ code: String, _ message: String, disposition: APIError.Disposition = .permanent, httpStatus: Int? = nil
    ) -> APIError {
        APIError(
            api: .credentials, operation: "AWS credentials", resource: name, code: code, httpStatus: httpStatus, message: message,
            disposition: disposition)
    }

    /// An error of a call that this source made, told as this source's, with what to do.
    func failure(of error: APIError, advice: String) -> APIError {
        var wrapped = error
        wrapped.api = .credentials
        wrapped.resource = "\(name), \(error.resource)"
        // The advice must survive the message's limit: vendors' texts can be long.
        wrapped.message = String(error.message.prefix(600)) + "; " + advice
        return wrapped
    }
}
