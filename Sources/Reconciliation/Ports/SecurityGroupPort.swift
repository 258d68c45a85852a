package import Model

/// EC2, as the loop needs it. The group carries the role that is assumed for it. A write asks its gate before each request.
package protocol SecurityGroupPort: Sendable {
    /// All inbound rules, whole or not at all. A group that does not exist is an error, never a group without rules.
    func describe(_ group: Whitelist.Group) async throws(APIError) -> SecurityGroup
    /// One call for all permissions, at most 1000.
    func authorize(_ group: Whitelist.Group, _ permissions: [IpPermission], gate: WriteGate) async throws(APIError)
    /// One call for all rules, at most 1000, by rule id.
    func revoke(_ group: Whitelist.Group, ruleIDs: [String], gate: WriteGate) async throws(APIError)
}
