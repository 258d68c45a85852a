package import Model
import XML

/// Questions of whether a call would be allowed. None of them changes anything, and each names something harmless should an endpoint
/// pass over `DryRun`: an address of a range kept for documents, and the id of a rule that doesn't exist.
///
/// Source: EC2 API Reference, "Common query parameters", `DryRun`: `DryRunOperation` for a caller who has the right,
/// `UnauthorizedOperation` for one who hasn't.
extension EC2Client {
    /// Whether the caller may do something.
    package enum Right: Hashable, Sendable {
        case allowed
        /// EC2's own words.
        case denied(APIError)
        /// EC2 gave another answer than one about the right: it may check the request first.
        case unclear(APIError)
    }

    /// TEST-NET-1, RFC 5737: belongs to nobody.
    private static let nobody = CIDR(IPAddress(family: .v4, bits: 0xC000_0200))
    private static let noRule = "sgr-00000000000000000"

    /// Asks for the right to authorize and revoke on this very group.
    ///
    /// - Parameter traffic: of the rule that is asked about.
    /// - Throws: when no answer came, and when the endpoint did what it was only asked about.
    package func right(
        to operation: EC2Operation, on group: SecurityGroupReference, traffic: Traffic
    ) async throws(APIError) -> Right {
        // A dry run needs no lease: it writes nothing.
        let gate = WriteGate { true }
        do {
            switch operation {
            case .authorizeSecurityGroupIngress:
                try await authorizeIngress(
                    group, [IpPermission(traffic: traffic, cidr: Self.nobody, description: "")], dryRun: true, gate: gate)
            case .revokeSecurityGroupIngress: try await revokeIngress(group, ruleIDs: [Self.noRule], dryRun: true, gate: gate)
            case .describeSecurityGroups, .describeSecurityGroupRules: try await dryRun(operation, on: group)
            }
            return .allowed
        } catch {
            guard error.code != EC2Client.dryRunIgnored else { throw error }
            switch AWSErrorClass(code: error.code, status: error.httpStatus ?? 0) {
            case .denied: return .denied(error)
            case .missing, .reread,
                .permanent where error.httpStatus != nil:
                return .unclear(error)
            default: throw error
            }
        }
    }

    private func dryRun(_ operation: EC2Operation, on group: SecurityGroupReference) async throws(APIError) {
        var parameters = QueryParameters()
        parameters.add("DryRun", "true")
        do {
            _ = try await read(call(operation, on: group, parameters, gate: nil))
        } catch {
            guard AWSErrorClass(code: error.code, status: error.httpStatus ?? 0) == .dryRun else { throw error }
        }
    }

    /// What DescribeSecurityGroups tells of a group beside its rules.
    package struct GroupIdentity: Hashable, Sendable {
        package var name: String
        package var owner: String
        package var vpc: String?
        /// How far EC2's clock is ahead of this machine's, to about a second; `nil` where the answer had no `Date`.
        package var clockAhead: Duration?
    }

    /// Reads a group by its id.
    ///
    /// - Throws: `.missing` when there is no such group.
    /// Source: EC2 API Reference, DescribeSecurityGroups.
    package func describeIdentity(_ group: SecurityGroupReference) async throws(APIError) -> GroupIdentity {
        var parameters = QueryParameters()
        parameters.add("GroupId.1", group.id)
        let call = call(.describeSecurityGroups, on: group, parameters, gate: nil)
        let answer = try await read(call)
        guard answer.root["securityGroupInfo"] != nil else { throw unreadable(call, "no securityGroupInfo in the answer") }
        guard let item = answer.root.items("securityGroupInfo").first(where: { $0.text("groupId") == group.id }) else {
            throw APIError(
                api: .ec2, operation: call.operation, resource: call.resource, code: "InvalidGroup.NotFound", httpStatus: 200,
                message: "EC2 lists no such group; check the policy's id, region and account", disposition: .missing)
        }
        return GroupIdentity(
            name: item.value("groupName") ?? "", owner: item.value("ownerId") ?? "", vpc: item.value("vpcId"),
            clockAhead: answer.serverDate.map { $0 - answer.receivedAt })
    }
}
