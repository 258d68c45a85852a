import Model

/// What to do about a refusal: about the right, the keys, the clock or the account.
extension AWSDiagnosis {
    func advice(_ error: APIError, _ group: AWSExamination.Group) -> String {
        if error.isMissing { return "correct the group's id or region in policy \(group.policy), or use the account that owns it" }
        if Self.isForbidden(error) {
            return "allow ec2:\(error.operation) on \(group.group.reference.id) to this identity (policies/aws-permissions.json)"
        }
        return error.isDenied ? renewal(error) : "see to it that EC2 can be reached, and ask again"
    }

    /// Whether AWS knows who asks, and says that they may not. All else that is denied is about the keys, the clock or the account.
    ///
    /// Source: EC2 API Reference, "Error codes for the Amazon EC2 API"; IAM User Guide, "Troubleshoot access denied error messages".
    static func isForbidden(_ error: APIError) -> Bool {
        ["UnauthorizedOperation", "AccessDenied", "AccessDeniedException"].contains(bare(error.code))
    }

    /// EC2's documents write `Client.UnauthorizedOperation` for what the wire calls `UnauthorizedOperation`; some implementations do too.
    private static func bare(_ code: String) -> String {
        code.hasPrefix("Client.") ? String(code.dropFirst("Client.".count)) : code
    }

    /// What to do where it is not for want of a right that AWS refuses.
    func renewal(_ error: APIError) -> String {
        let keys = (try? examination.keys.get()).map { "the keys of \($0)" } ?? "the keys"
        return switch Self.bare(error.code) {
        case "ExpiredToken", "ExpiredTokenException": "the time of \(keys) is over: get new ones there"
        // EC2 says the first of keys whose time is over, too.
        case "RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture":
            "set this machine's clock (NTP); if it is right, the time of \(keys) is over: get new ones there"
        case "AuthFailure", "SignatureDoesNotMatch", "InvalidSignatureException":
            "AWS can't tell whose \(keys) are: replace them, see that the account uses region \(examination.region), and set this machine's "
                + "clock (NTP)"
        case "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "MissingAuthenticationToken",
            "MissingAuthenticationTokenException", "IncompleteSignature":
            "AWS does not know \(keys): replace them where they were deleted, deactivated or of another partition"
        case "OptInRequired", "RegionDisabledException", "Blocked", "PendingVerification":
            "the account may not use EC2 in \(examination.region) yet: see to that in the account's own settings"
        default: "no right is known to be missing: check \(keys), and what answers in place of AWS"
        }
    }
}
