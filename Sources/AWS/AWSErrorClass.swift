package import Model

/// What an error of AWS means for the call that met it. This is the one place where a vendor's code or status is read for its
/// meaning.
///
/// Source: EC2 API Reference, "Error codes for the Amazon EC2 API"; STS API Reference, "Common Errors" and each action's errors;
/// botocore 1.43, retries/standard.py (throttles and transient codes).
package enum AWSErrorClass: Hashable, Sendable {
    /// Refused for the rate of calls, before anything was done.
    case throttled
    /// The service said itself that it can't serve now: nothing was done.
    case unavailable
    /// Something broke on the way: the call may have been carried out.
    case fault
    /// The state that the call was based on was old.
    case reread
    case denied
    /// Denied, which a wrong clock can be the cause of.
    case signature
    /// Denied because the request's time is not the server's.
    case clock
    /// The credentials' or the token's time is over.
    case expired
    case missing
    case permanent
    /// The call would have succeeded without `DryRun`.
    case dryRun

    /// The class of a decoded code; one that the table doesn't know is judged by the HTTP status.
    package init(code: String, status: Int) {
        self = Self.table[Self.bare(code)] ?? Self.ofStatus(status, code: true)
    }

    /// The class of an answer without a code: a proxy's page, an empty body.
    package init(status: Int) { self = Self.ofStatus(status, code: false) }

    /// EC2's documents write `Client.UnauthorizedOperation` for what the wire calls `UnauthorizedOperation`; some
    /// implementations do too.
    static func bare(_ code: String) -> String {
        for prefix in ["Client.", "Server."] where code.hasPrefix(prefix) { return String(code.dropFirst(prefix.count)) }
        return code
    }

    /// - Parameter code: whether the service itself answered, with an error that could be read.
    private static func ofStatus(_ status: Int, code: Bool) -> AWSErrorClass {
        switch status {
        case 429: .throttled
        case 503 where code: .unavailable
        case 408, 500...599: .fault
        case 401, 403: .denied
        default: .permanent
        }
    }

    private static let table: [String: AWSErrorClass] = {
        let rows: [(AWSErrorClass, [String])] = [
            (
                .throttled,
                [
                    "RequestLimitExceeded", "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
                    "RequestThrottledException", "TooManyRequestsException", "EC2ThrottledException", "SlowDown",
                    "BandwidthLimitExceeded", "PriorRequestNotComplete",
                ]
            ),
            (.unavailable, ["Unavailable", "ServiceUnavailable", "ServiceUnavailableException", "IDPCommunicationError"]),
            (.fault, ["InternalError", "InternalFailure", "InternalServerError", "RequestTimeout", "RequestTimeoutException"]),
            (
                .reread,
                [
                    "InvalidPermission.Duplicate", "InvalidPermission.NotFound", "InvalidSecurityGroupRuleId.NotFound",
                    "InvalidPaginationToken", "InvalidNextToken",
                ]
            ),
            (
                .denied,
                [
                    "UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "InvalidClientTokenId", "OptInRequired",
                    "UnrecognizedClientException", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
                    "IncompleteSignature", "Blocked", "PendingVerification", "InvalidIdentityToken", "IDPRejectedClaim",
                    "RegionDisabledException", "InvalidAccessKeyId", "NotAuthorized",
                ]
            ),
            (.signature, ["AuthFailure", "SignatureDoesNotMatch", "InvalidSignatureException"]),
            (.clock, ["RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture"]),
            (.expired, ["ExpiredToken", "ExpiredTokenException"]),
            (.missing, ["InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound", "InvalidGroupId.NotFound"]),
            (
                .permanent,
                [
                    "RulesPerSecurityGroupLimitExceeded", "SecurityGroupsPerInterfaceLimitExceeded", "InvalidGroupId.Malformed",
                    "InvalidSecurityGroupRuleId.Malformed", "InvalidPermission.Malformed", "InvalidGroup.Reserved",
                    "InvalidParameter", "InvalidParameterValue", "InvalidParameterCombination", "MissingParameter",
                    "MissingAction",
                    "UnknownParameter", "InvalidAction", "UnsupportedOperation", "UnsupportedProtocol",
                    "UnsupportedHypervisorRequest",
                    "MalformedQueryString", "ValidationError", "MalformedPolicyDocument", "PackedPolicyTooLarge",
                    "FilterLimitExceeded",
                ]
            ),
            (.dryRun, ["DryRunOperation"]),
        ]
        return Dictionary(uniqueKeysWithValues: rows.flatMap { row in row.1.map { ($0, row.0) } })
    }()

    /// What is to be done about it.
    ///
    /// - Parameters:
    ///   - writes: whether the call changes something. After a fault its outcome is not known: then only reading again helps.
    ///   - retryAfter: what the server asked for.
    package func disposition(writes: Bool, retryAfter: Duration?) -> APIError.Disposition {
        switch self {
        case .throttled, .unavailable: .retry(after: retryAfter)
        case .fault: writes ? .reread : .retry(after: retryAfter)
        case .reread: .reread
        case .denied, .signature, .clock, .expired: .denied
        case .missing: .missing
        case .permanent, .dryRun: .permanent
        }
    }
}
