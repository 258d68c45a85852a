import AWS
import Model
import Reconciliation

/// The EC2 clients as the loop's port: one for each region and role.
struct SecurityGroupAdapter: SecurityGroupPort {
    let clients: AWSClients

    func describe(_ group: Whitelist.Group) async throws(APIError) -> SecurityGroup {
        try await clients.ec2(for: group).describeSecurityGroup(group.reference)
    }

    func authorize(_ group: Whitelist.Group, _ permissions: [IpPermission], gate: WriteGate) async throws(APIError) {
        try await clients.ec2(for: group).authorizeIngress(group.reference, permissions, gate: gate)
    }

    func revoke(_ group: Whitelist.Group, ruleIDs: [String], gate: WriteGate) async throws(APIError) {
        try await clients.ec2(for: group).revokeIngress(group.reference, ruleIDs: ruleIDs, gate: gate)
    }
}
