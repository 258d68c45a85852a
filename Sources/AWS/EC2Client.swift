import Locking
package import Model
import XML

/// Amazon EC2's security groups, in one region, with one set of credentials.
///
/// Source: EC2 API Reference, version 2016-11-15, Query API.
package struct EC2Client: Sendable {
    package let region: String
    private let query: AWSQueryClient
    private let provider: any AWSCredentialsProvider
    private let budgets: [EC2Operation: Locked<RetryBudget>]

    /// - Throws: permanent, when the region or a configured endpoint is none.
    package init(
        _ connection: AWSConnection, region: String, credentials provider: any AWSCredentialsProvider
    ) throws(APIError) {
        self.region = region
        self.provider = provider
        query = try AWSQueryClient(.ec2, version: "2016-11-15", region: region, connection: connection)
        let now = connection.runtime.now().instant
        budgets = Dictionary(uniqueKeysWithValues: EC2Operation.allCases.map { ($0, Locked($0.budget(now: now))) })
    }

    /// Where the calls go.
    package var endpoint: AWSEndpoint { query.endpoint }

    /// Authorizes inbound traffic in one call.
    ///
    /// - Parameters:
    ///   - permissions: at most 1000; no two of the same traffic and block.
    ///   - dryRun: asks for the right only; returns when EC2 says that the call would have been allowed.
    ///   - gate: asked before each request; closed, it ends the call with `lease-lost`.
    /// - Throws: `.reread` for `InvalidPermission.Duplicate` and whenever the call may have been carried out.
    ///
    /// Source: EC2 API Reference, AuthorizeSecurityGroupIngress. One permission that exists already fails the whole call.
    package func authorizeIngress(
        _ group: SecurityGroupReference, _ permissions: [IpPermission], dryRun: Bool = false, gate: WriteGate
    ) async throws(APIError) {
        guard !permissions.isEmpty else { return }
        let operation = EC2Operation.authorizeSecurityGroupIngress
        try check(permissions.count, operation, group)
        var parameters = Self.write(group, dryRun: dryRun)
        do {
            try parameters.add(permissions)
        } catch {
            throw invalid(
                operation, group, "duplicate-permission",
                "\(error.permission.traffic) from \(error.permission.cidr) stands in the call twice")
        }
        try await write(call(operation, on: group, parameters, gate: gate), dryRun: dryRun)
    }

    /// Revokes inbound rules by their ids in one call.
    ///
    /// - Parameters:
    ///   - ruleIDs: at most 1000.
    ///   - dryRun, gate: as in `authorizeIngress`.
    /// - Throws: `.reread` when a rule is gone already or EC2 didn't know one, and whenever the call may have been carried out.
    ///
    /// Source: EC2 API Reference, RevokeSecurityGroupIngress.
    package func revokeIngress(
        _ group: SecurityGroupReference, ruleIDs: [String], dryRun: Bool = false, gate: WriteGate
    ) async throws(APIError) {
        guard !ruleIDs.isEmpty else { return }
        let operation = EC2Operation.revokeSecurityGroupIngress
        try check(ruleIDs.count, operation, group)
        var parameters = Self.write(group, dryRun: dryRun)
        for (index, id) in Set(ruleIDs).sorted().enumerated() { parameters.add("SecurityGroupRuleId.\(index + 1)", id) }
        try await write(call(operation, on: group, parameters, gate: gate), dryRun: dryRun)
    }

    private static func write(_ group: SecurityGroupReference, dryRun: Bool) -> QueryParameters {
        var parameters = QueryParameters()
        if dryRun { parameters.add("DryRun", "true") }
        parameters.add("GroupId", group.id)
        return parameters
    }

    /// The code of a dry run that was carried out.
    static let dryRunIgnored = "dry-run-ignored"

    private func write(_ call: QueryCall, dryRun: Bool) async throws(APIError) {
        let answer: QueryAnswer
        do {
            answer = try await query.perform(call, signedBy: provider)
        } catch {
            if dryRun, AWSErrorClass(code: error.code, status: error.httpStatus ?? 0) == .dryRun { return }
            throw error
        }
        if dryRun { throw unclear(call, Self.dryRunIgnored, "the endpoint \(endpoint) carried out a call that had DryRun set") }
        guard answer.root.text("return") == "true" else {
            throw unclear(call, "return-false", "EC2 answered that it did not do all that it was asked")
        }
        let unknown = answer.root.items("unknownIpPermissionSet")
        guard unknown.isEmpty else {
            throw unclear(
                call, "unknown-permissions", "EC2 knew \(unknown.count) of the permissions not, and may have revoked the others")
        }
    }

    private func check(_ count: Int, _ operation: EC2Operation, _ group: SecurityGroupReference) throws(APIError) {
        guard group.region == region else {
            throw invalid(operation, group, "region", "this client calls \(region)")
        }
        guard count <= 1000 else { throw invalid(operation, group, "too-many", "\(count) rules in one call; EC2 takes 1000") }
    }

    private func invalid(
        _ operation: EC2Operation, _ group: SecurityGroupReference, _ code: String, _ message: String
    ) -> APIError {
        APIError(
            api: .ec2, operation: operation.rawValue, resource: group.description, code: code, message: message,
            disposition: .permanent)
    }

    private func unclear(_ call: QueryCall, _ code: String, _ message: String) -> APIError {
        APIError(
            api: .ec2, operation: call.operation, resource: call.resource, code: code, httpStatus: 200,
            message: message + "; read the group again", disposition: .reread, mayHaveTakenEffect: true)
    }

    func call(
        _ operation: EC2Operation, on group: SecurityGroupReference, _ parameters: QueryParameters, gate: WriteGate?
    ) -> QueryCall {
        precondition(operation.writes == (gate != nil), "a write has a gate, a read has none")
        return QueryCall(
            operation: operation, resource: group.description, parameters: parameters, gate: gate,
            policy: operation.writes ? .writes : .reads, budget: budgets[operation]!, secrets: [])
    }

    func read(_ call: QueryCall) async throws(APIError) -> QueryAnswer { try await query.perform(call, signedBy: provider) }

    func unreadable(_ call: QueryCall, _ message: String) -> APIError { query.unreadable(call, message) }
}
