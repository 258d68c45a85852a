import Model

/// The IAM Service Account Credentials API: a token of a service account for somebody who may impersonate it.
///
/// Source: Google Cloud documentation, `projects.serviceAccounts.generateAccessToken`; the refusal as quoted in google-github-actions/auth
/// issue 340.
enum AccessTokenGeneration {
    private static let suffix = ":generateAccessToken"

    /// The account of `/v1/projects/-/serviceAccounts/ACCOUNT:generateAccessToken`.
    static func account(in request: WireRequest) -> String? {
        let segments = request.segments
        guard request.method == "POST", segments.count == 5, segments.starts(with: ["v1", "projects", "-", "serviceAccounts"]),
            segments[4].hasSuffix(suffix), segments[4] != suffix
        else { return nil }
        return String(segments[4].dropLast(suffix.count))
    }

    static func answer(_ request: WireRequest, for account: String, google: inout GoogleWorld, now: Timestamp) -> WireResponse {
        guard let caller = request.bearerToken.flatMap({ google.holder(of: $0, now: now) }) else {
            return refusal(
                401, "UNAUTHENTICATED",
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication "
                    + "credential.")
        }
        guard let body = JSONValue(json: request.body), let scopes = body["scope"]?.array, !scopes.isEmpty,
            scopes.allSatisfy({ $0.string?.hasPrefix("https://www.googleapis.com/auth/") == true })
        else { return refusal(400, "INVALID_ARGUMENT", "Scope is required.") }
        guard let lifetime = lifetime(body["lifetime"]?.string ?? "3600s"), lifetime <= .seconds(3600) else {
            return refusal(
                400, "INVALID_ARGUMENT",
                "The access token lifetime cannot exceed 3600 seconds. To enable a longer access token lifetime, "
                    + "set the organization policy constraint iam.allowServiceAccountCredentialLifetimeExtension.")
        }
        let delegates = body["delegates"]?.array?.compactMap(\.string) ?? []
        let prefix = "projects/-/serviceAccounts/"
        guard delegates.allSatisfy({ $0.hasPrefix(prefix) }) else {
            return refusal(400, "INVALID_ARGUMENT", "Invalid form of delegates.")
        }
        var holder = caller
        for next in delegates.map({ String($0.dropFirst(prefix.count)) }) + [account] {
            guard google.tokenCreators[next]?.contains(holder) == true else { return denied }
            holder = next
        }
        let token = google.issueToken(for: account, lifetime: lifetime, now: now)
        return .json(["accessToken": .string(token.exposed), "expireTime": .string((now + lifetime).rfc3339)])
    }

    /// `3600s`, the JSON form of `google.protobuf.Duration`.
    private static func lifetime(_ text: String) -> Duration? {
        guard text.hasSuffix("s"), text.utf8.count <= 9, let seconds = Int(text.dropLast()), seconds > 0 else { return nil }
        return .seconds(seconds)
    }

    private static var denied: WireResponse {
        refusal(
            403, "PERMISSION_DENIED", "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
            details: [
                [
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "IAM_PERMISSION_DENIED", "domain": "iam.googleapis.com",
                    "metadata": ["permission": "iam.serviceAccounts.getAccessToken"],
                ]
            ])
    }

    private static func refusal(_ status: Int, _ code: String, _ message: String, details: JSONValue? = nil) -> WireResponse {
        var error: JSONValue = ["code": .integer(Int64(status)), "message": .string(message), "status": .string(code)]
        error["details"] = details
        return .json(["error": error], status: status, errorCode: code)
    }
}
