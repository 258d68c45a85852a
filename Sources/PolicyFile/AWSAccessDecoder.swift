internal import Model
internal import YAML

/// Reads as whom a security group is reached: `roleArn`, `externalId`, `identity` and `audience` of its entry.
enum AWSAccessDecoder {
    private enum Identity: String, CaseIterable { case environment, google }

    /// - Parameter region: the group's; `nil` when it was not understood.
    /// - Returns: `nil` when something was reported.
    static func decode(_ object: PolicyObject, region: String?) -> AWSAccess? {
        let roleARN = object["roleArn"]?.text { AWSName.partition(ofRoleARN: $0) != nil }
        let externalID = object["externalId"]?.text(where: AWSName.isExternalID)
        let identity = object["identity"].map { $0.choice(of: Identity.self) } ?? .environment
        let audience = object["audience"].map { $0.text(where: isAudience) } ?? AWSAccess.Identity.defaultAudience
        var isSound = checkPartition(of: roleARN, object, region: region)
        isSound = checkTogether(object, identity: identity) && isSound
        guard isSound, let identity, let audience, (object["roleArn"] == nil) == (roleARN == nil),
            (object["externalId"] == nil) == (externalID == nil)
        else { return nil }
        return AWSAccess(
            identity: identity == .google ? .google(audience: audience) : .environment, roleARN: roleARN, externalID: externalID)
    }

    private static func checkPartition(of roleARN: String?, _ object: PolicyObject, region: String?) -> Bool {
        guard let roleARN, let region, let field = object["roleArn"], let home = AWSName.partition(ofRegion: region),
            AWSName.partition(ofRoleARN: roleARN) != home
        else { return true }
        field.diagnostics.report(
            field.node.mark, field.path, found: Quoting.quoted(roleARN), expected: "a role of partition \(home), where \(region) is")
        return false
    }

    /// What one key asks of another.
    private static func checkTogether(_ object: PolicyObject, identity: Identity?) -> Bool {
        var isSound = true
        func refuse(_ name: String, _ found: String, _ expected: String) {
            guard let field = object[name] else { return }
            field.diagnostics.report(field.node.mark, field.path, found: found, expected: expected)
            isSound = false
        }
        if identity == .google, object["roleArn"] == nil {
            refuse("identity", "google without roleArn", "roleArn beside it: the role that the Google token is exchanged for")
        }
        if identity == .google {
            refuse("externalId", "externalId beside identity google", "none: a token is exchanged without an external id")
        } else if object["roleArn"] == nil {
            refuse("externalId", "externalId without roleArn", "roleArn beside it: the role that asks for it")
        }
        if identity == .environment {
            refuse("audience", "audience without identity google", "none, or identity: google beside it")
        }
        return isSound
    }

    /// Google takes any text; what it becomes a part of is a URL, a token and a trust policy.
    private static func isAudience(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x27 && $0 != 0x5C }
    }
}
