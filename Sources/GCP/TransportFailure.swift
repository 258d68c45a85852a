import HTTP
import Model

/// What a transfer without an answer means for the call, the same for Compute Engine and for the token endpoints.
extension HTTPError {
    var disposition: APIError.Disposition {
        switch kind {
        case .resolve, .connect, .timeout, .interrupted, .malformedResponse: .retry(after: nil)
        // Nothing is wrong with the call itself; who cancelled does not want it repeated now.
        case .cancelled: .retry(after: nil)
        case .malformedRequest, .tls, .tooLarge, .internal: .permanent
        }
    }
}

extension HTTPError {
    /// What to do, to be put behind the message.
    /// - Parameter variable: the one that says where the endpoint is.
    func advice(endpoint variable: String) -> String? {
        switch kind {
        case .resolve, .connect, .timeout: "; check the network, HTTPS_PROXY and \(variable)"
        case .tls: "; check what answers there, and SSL_CERT_FILE"
        default: nil
        }
    }
}

extension HTTPResponse {
    /// `Retry-After` in seconds; the form with a date is not used by Google's APIs.
    var retryAfter: Duration? {
        guard let text = headers["Retry-After"], text.utf8.count <= 9, let seconds = Int(text), seconds >= 0 else { return nil }
        return .seconds(min(seconds, 3600))
    }
}
