internal import HTTP
package import Model

extension APIError {
    /// What a failed answer of the API server amounts to.
    ///
    /// - Parameter used: what the request was sent with, which is taken out of what the answer says: proxies repeat requests.
    init(_ response: HTTPResponse, to call: APICall, sentWith used: [KubernetesCredential]) {
        func clean(_ text: String) -> String {
            used.reduce(text) { text, credential in
                // The scheme stays: `Bearer <redacted>`.
                guard let token = credential.authorization?.exposed.split(separator: " ").last else { return text }
                return Secret(String(token)).redacted(in: text)
            }
        }

        let status = response.body.count <= 1 << 20 ? try? UnreadableJSON.decode(WireStatus.self, from: response.body) : nil
        let isStatus = status?.kind == "Status"
        let header = response.headers["Retry-After"].flatMap { Int($0) }
        let retryAfter = (header ?? status?.details?.retryAfterSeconds).map { Duration.seconds(min(max($0, 0), 3600)) }
        let (disposition, mayHaveTakenEffect) = Self.kubernetesDisposition(
            status: response.status, reason: isStatus ? status?.reason : nil, retryAfter: retryAfter, isWrite: call.isWrite)
        self.init(
            api: .kubernetes, operation: call.permission.description, resource: call.resource,
            code: (isStatus ? status?.reason.map(clean) : nil) ?? "http-\(response.status)", httpStatus: response.status,
            requestID: response.headers["Audit-Id"],
            message: isStatus
                ? clean(status?.message ?? "") + Self.advice(status: response.status, to: call)
                : "the answer is not a Kubernetes Status: is this the API server's address?",
            disposition: disposition, mayHaveTakenEffect: mayHaveTakenEffect)
    }

    /// The one table of what to do about an answer.
    ///
    /// | answer | read | write |
    /// |---|---|---|
    /// | 409 Conflict, 409 AlreadyExists | reread | reread |
    /// | 410 Gone, Expired | reread | reread |
    /// | 401 (after one new authentication), 403 | denied | denied |
    /// | 404 | missing | missing |
    /// | 429 | retry | retry: the request was turned away before it was handled |
    /// | 408, 500, 502, 503, 504 | retry | reread, may have taken effect |
    /// | all else | permanent | permanent |
    ///
    /// Source: Kubernetes API conventions, "HTTP Status codes" and "Response Status Kind"; API concepts, "410 Gone" and "Efficient
    /// detection of changes".
    package static func kubernetesDisposition(
        status: Int, reason: String?, retryAfter: Duration?, isWrite: Bool
    ) -> (disposition: Disposition, mayHaveTakenEffect: Bool) {
        if reason == "Expired" { return (.reread, false) }
        switch status {
        case 409, 410: return (.reread, false)
        case 401, 403: return (.denied, false)
        case 404: return (.missing, false)
        case 429: return (.retry(after: retryAfter), false)
        case 408, 500, 502, 503, 504: return isWrite ? (.reread, true) : (.retry(after: retryAfter), false)
        default: return (.permanent, false)
        }
    }

    /// What a transfer without a whole answer amounts to. A write that may have arrived is not repeated: read what became of it.
    init(_ error: HTTPError, to call: APICall) {
        let mayHaveTakenEffect = call.isWrite && error.mayHaveBeenReceived
        let disposition: Disposition =
            switch error.kind {
            case .malformedRequest, .internal: .permanent
            case .tooLarge: mayHaveTakenEffect ? .reread : .permanent
            case .resolve, .connect, .tls, .timeout, .cancelled, .interrupted, .malformedResponse:
                mayHaveTakenEffect ? .reread : .retry(after: nil)
            }
        self.init(
            api: .kubernetes, operation: call.permission.description, resource: call.resource, code: error.kind.rawValue,
            message: error.description + (Self.advice(on: error.kind) ?? ""), disposition: disposition,
            mayHaveTakenEffect: mayHaveTakenEffect)
    }

    private static func advice(status: Int, to call: APICall) -> String {
        switch status {
        case 401: "; check the credentials of the kubeconfig's user, or of the service account"
        case 403: "; allow \(call.permission) (deploy/manifests/10-rbac.yaml)"
        default: ""
        }
    }

    private static func advice(on kind: HTTPError.Kind) -> String? {
        switch kind {
        case .resolve, .connect, .timeout: "; check the cluster's server in the kubeconfig, the network and HTTPS_PROXY"
        case .tls: "; check the cluster's certificate authority in the kubeconfig, and what answers there"
        default: nil
        }
    }

    /// An answer that says success and can't be read.
    init(unreadable message: String, status: Int, to call: APICall) {
        self.init(
            api: .kubernetes, operation: call.permission.description, resource: call.resource, code: "unreadable-answer",
            httpStatus: status, message: "the answer can't be read: \(message)", disposition: call.isWrite ? .reread : .permanent,
            mayHaveTakenEffect: call.isWrite)
    }
}
