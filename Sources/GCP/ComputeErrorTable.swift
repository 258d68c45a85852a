package import Model

/// The one table from Compute Engine's codes to dispositions. `reason` words of HTTP errors and `code` words of failed operations
/// are both looked up in it.
///
/// - 400 on a write is `reread`: the state that the call was based on was old (address taken, access config gone, at most one
///   access config), so the
///   caller reads again and tries the next address. The few codes that blame the request itself are `permanent`, as is 400 on a
///   read.
/// - A failed operation is never repeated under its own request id: for `retry` the caller starts a new attempt with new ids.
///
/// Source: Compute Engine documentation, "Rate quotas", "Concurrent operations quotas", "Troubleshoot API errors"; Google Cloud
/// APIs, "Errors".
package enum ComputeErrorTable {
    package struct Verdict: Hashable, Sendable {
        package var disposition: APIError.Disposition
        /// What to do about it, where Google's own message doesn't say; stands before that message.
        package var advice: String?
    }

    package struct Finding: Sendable {
        /// The status of the answer, or the `httpErrorStatusCode` of the operation.
        var status: Int?
        /// The reason or code, and `ErrorInfo.reason` if there is one.
        var codes: [String]
        var message: String
        var isWrite: Bool
        /// Whether the body is the API's own.
        var isFromAPI = true
        /// `Retry-After` or `RetryInfo`.
        var retryAfter: Duration?

        package init(
            status: Int?, codes: [String], message: String, isWrite: Bool, isFromAPI: Bool = true, retryAfter: Duration? = nil
        ) {
            self.status = status
            self.codes = codes
            self.message = message
            self.isWrite = isWrite
            self.isFromAPI = isFromAPI
            self.retryAfter = retryAfter
        }
    }

    private enum Row {
        /// Now, with back-off.
        case retry
        /// In the next fixed minute.
        case nextMinute
        /// A rate by its message, else an amount: then something must be given back or the quota raised first.
        case quota
        /// The project that the requests are counted on, not the one that they are about.
        case quotaProject
        case reread, denied, missing, permanent
    }

    private static let rows: [String: Row] = [
        "rateLimitExceeded": .nextMinute, "userRateLimitExceeded": .nextMinute, "RATE_LIMIT_EXCEEDED": .nextMinute,
        "RESOURCE_EXHAUSTED": .nextMinute,
        "CONCURRENT_OPERATIONS_QUOTA_EXCEEDED": .retry,
        "resourceOperationRateExceeded": .retry, "RESOURCE_OPERATION_RATE_EXCEEDED": .retry,
        "backendError": .retry, "internalError": .retry, "INTERNAL_ERROR": .retry, "BACKEND_ERROR": .retry, "UNAVAILABLE": .retry,
        "INTERNAL": .retry, "RPC_ERROR": .retry, "SERVICE_UNAVAILABLE": .retry,
        "IP_IN_USE_BY_ANOTHER_RESOURCE": .reread, "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE": .reread,
        "resourceInUseByAnotherResource": .reread, "RESOURCE_NOT_READY": .reread, "resourceNotReady": .reread,
        "conditionNotMet": .reread, "CONDITION_NOT_MET": .reread, "alreadyExists": .reread, "RESOURCE_ALREADY_EXISTS": .reread,
        "OPERATION_CANCELED_BY_USER": .reread, "INVALID_USAGE": .reread,
        "forbidden": .denied, "accessNotConfigured": .denied, "insufficientPermissions": .denied, "PERMISSIONS_ERROR": .denied,
        "PERMISSION_DENIED": .denied, "SERVICE_DISABLED": .denied, "IAM_PERMISSION_DENIED": .denied, "authError": .denied,
        "BILLING_DISABLED": .denied, "USER_PROJECT_DENIED": .quotaProject, "quotaExceeded": .quota, "QUOTA_EXCEEDED": .quota,
        "notFound": .missing, "RESOURCE_NOT_FOUND": .missing,
        "parseError": .permanent, "required": .permanent, "keyInvalid": .permanent, "invalidParameter": .permanent,
        "unknownParameter": .permanent,
    ]

    /// Whether a call was turned away because there were too many of them.
    package static func isThrottle(_ status: Int, _ codes: [String], _ message: String) -> Bool {
        if status == 429 { return true }
        return codes.lazy.compactMap { rows[$0] }.contains { row in
            switch row {
            case .nextMinute: true
            case .quota: isPerMinute(message)
            default: false
            }
        }
    }

    /// - Parameters:
    ///   - wall: rate quotas are counted in fixed minutes; the rest of this one is the delay.
    ///   - unit: a random number of 0..<1, which spreads the callers over the first seconds of the next minute.
    package static func verdict(_ finding: Finding, wall: Timestamp, unit: Double) -> Verdict {
        if let verdict = told(by: finding.message) { return verdict }
        // Its reason may be "required": a token was, which is not about the request's own fields.
        guard finding.isFromAPI, finding.status != 401 else { return byStatusAlone(finding) }
        // Details come last and know more: both kinds of rate limit are "rateLimitExceeded" to begin with.
        let row = finding.codes.reversed().lazy.compactMap { rows[$0] }.first
        switch row {
        case .nextMinute?: return Verdict(disposition: .retry(after: finding.retryAfter ?? restOfMinute(wall, unit)))
        case .retry?: return Verdict(disposition: .retry(after: finding.retryAfter))
        case .reread?: return Verdict(disposition: .reread)
        case .quota? where isPerMinute(finding.message):
            return Verdict(disposition: .retry(after: finding.retryAfter ?? restOfMinute(wall, unit)))
        case .quota?:
            return Verdict(disposition: .reread, advice: "a quota of the project is used up; raise it or give something back")
        case .quotaProject?: return Verdict(disposition: .denied, advice: quotaProjectAdvice)
        case .denied?: return Verdict(disposition: .denied)
        case .missing?: return Verdict(disposition: .missing)
        case .permanent?: return Verdict(disposition: .permanent)
        case nil: break
        }
        switch finding.status {
        case 404?: return Verdict(disposition: .missing)
        case 400?, 409?, 410?, 412?: return Verdict(disposition: finding.isWrite || finding.status != 400 ? .reread : .permanent)
        // A code that nobody has met yet on a failed operation: the state decides, not the code.
        case nil: return Verdict(disposition: .reread)
        default: return byStatusAlone(finding)
        }
    }

    /// What can be said without a code that is the API's own. A bare 404 is no word on the resource: a proxy or a mistyped
    /// endpoint says the same.
    private static func byStatusAlone(_ finding: Finding) -> Verdict {
        switch finding.status ?? 0 {
        case 408, 425, 429: Verdict(disposition: .retry(after: finding.retryAfter))
        case 401: Verdict(disposition: .denied)
        case 403, 407: Verdict(disposition: .denied)
        case 501, 505: Verdict(disposition: .permanent)
        case 500...: Verdict(disposition: .retry(after: finding.retryAfter))
        // Redirects are not followed: the token would go along.
        case 300..<400, 404:
            Verdict(
                disposition: .permanent,
                advice: "this is no answer of Compute Engine; check \(ComputeEndpoint.variable) and any proxy on the way")
        default: Verdict(disposition: .permanent)
        }
    }

    /// Source: Google Cloud documentation, "Set the quota project"; the shape (403, `PERMISSION_DENIED`, `ErrorInfo.reason`
    /// USER_PROJECT_DENIED) from Antigravity-Manager issue 3050; answers of 2022 have no `ErrorInfo` and the same message, as in
    /// google-github-actions/auth issue 250.
    private static let quotaProjectAdvice =
        "the quota project (x-goog-user-project) does not let the caller use it: grant roles/serviceusage.serviceUsageConsumer on it, "
        + "or unset \(GCPIdentity.quotaVariable) and the credential file's quota_project_id"

    /// Refusals that only the message tells apart.
    ///
    /// Source: for the constraint, GoogleCloudPlatform/compute-image-tools pull request 1476 (412 conditionNotMet),
    /// 2i2c-org/infrastructure pull request 489
    /// (CONDITION_NOT_MET). For Autopilot no recorded answer was found; any refusal that names it counts.
    private static func told(by message: String) -> Verdict? {
        if message.contains("constraints/compute.vmExternalIpAccess") {
            return Verdict(
                disposition: .denied,
                advice: "the organization policy constraints/compute.vmExternalIpAccess forbids this VM an external address: "
                    + "allow the pool's instances in it, or take the pool out of the policy and use Cloud NAT")
        }
        if message.contains("constraints/compute.") {
            return Verdict(disposition: .denied, advice: "an organization policy forbids it")
        }
        if message.contains("does not have required permission to use project") {
            return Verdict(disposition: .denied, advice: quotaProjectAdvice)
        }
        // A word by itself: names of clusters and nodes often contain it.
        let words = message.lowercased().split(whereSeparator: { $0.isWhitespace || ".,;:()".contains($0) })
        if words.contains("autopilot") {
            return Verdict(
                disposition: .denied,
                advice: "GKE Autopilot manages this node, and its nodes can't be edited through the Compute API: use a node pool "
                    + "of a Standard cluster, or Cloud NAT")
        }
        return nil
    }

    /// `quotaExceeded` stands for a rate ("… per minute") as well as for an amount, such as of addresses in use.
    private static func isPerMinute(_ message: String) -> Bool {
        let lowered = message.lowercased()
        return lowered.contains("per minute") || lowered.contains("perminute") || lowered.contains("rate limit")
    }

    private static func restOfMinute(_ wall: Timestamp, _ unit: Double) -> Duration {
        let passed = ((wall.millisecondsSinceEpoch % 60_000) + 60_000) % 60_000
        return .milliseconds(60_000 - passed + Int64(min(max(unit, 0), 1) * 3000))
    }
}
