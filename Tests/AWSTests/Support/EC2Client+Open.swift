import Model

@testable import AWS

/// Writes whose gate is always open, for tests that are about something else.
extension EC2Client {
    func authorizeIngress(_ group: SecurityGroupReference, _ permissions: [IpPermission], dryRun: Bool = false) async throws(APIError) {
        try await authorizeIngress(group, permissions, dryRun: dryRun, gate: WriteGate { true })
    }

    func revokeIngress(_ group: SecurityGroupReference, ruleIDs: [String], dryRun: Bool = false) async throws(APIError) {
        try await revokeIngress(group, ruleIDs: ruleIDs, dryRun: dryRun, gate: WriteGate { true })
    }

    func call(_ operation: EC2Operation, on group: SecurityGroupReference, _ parameters: QueryParameters) -> QueryCall {
        call(operation, on: group, parameters, gate: operation.writes ? WriteGate { true } : nil)
    }
}
