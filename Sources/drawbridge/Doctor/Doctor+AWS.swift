import AWS
import Model
import Reporting

extension Doctor {
    /// As whom and where groups are read and written: one examination each.
    private struct Identity: Hashable {
        var region: String
        var access: AWSAccess
    }

    private var clients: AWSClients { clouds.securityGroups.clients }

    func examineAWS() async -> [AWSExamination] {
        let groups = policies.flatMap { policy in policy.securityGroups.map { (policy.name, $0) } }
        let identities = Dictionary(grouping: groups) { Identity(region: $0.1.reference.region, access: $0.1.access) }
        return await withTaskGroup(of: AWSExamination.self) { tasks in
            for (identity, groups) in identities { tasks.addTask { await examine(identity, groups) } }
            return await tasks.reduce(into: []) { $0.append($1) }
        }
    }

    private func examine(_ identity: Identity, _ groups: [(policy: String, group: Whitelist.Group)]) async -> AWSExamination {
        let (clients, region, access) = (clients, identity.region, identity.access)
        let keys = await questions.ask(.credentials, "AWS credentials", on: region) { () async throws(APIError) in
            try await clients.credentials(region: region, access: access).source
        }
        var examination = AWSExamination(region: region, access: access, keys: keys)
        if access.roleARN != nil, access.identity == .environment {
            examination.base = await questions.ask(.credentials, "AWS credentials", on: region) { () async throws(APIError) in
                try await clients.credentials(region: region, access: .environment).source
            }
        }
        guard case .success = keys else {
            examination.token = await token(of: identity, keys)
            examination.clockAhead = clients.clockSkew == .zero ? nil : clients.clockSkew
            examination.groups = groups.map { unasked($0.policy, $0.group) }
            return examination
        }
        async let caller = questions.ask(.sts, "GetCallerIdentity", on: region) { () async throws(APIError) in
            let caller = try await clients.callerIdentity(region: region, access: access)
            return AWSExamination.Caller(account: caller.account, arn: caller.arn)
        }
        async let databases = questions.ask(.rds, "DescribeDBInstances", on: region) { () async throws(APIError) in
            try await clients.rds(region: region, access: access).describeInstances()
        }
        let asked = await withTaskGroup(of: (AWSExamination.Group, Duration?).self) { tasks in
            for (policy, group) in groups { tasks.addTask { await ask(policy, group) } }
            return await tasks.reduce(into: []) { $0.append($1) }
        }
        examination.groups = asked.map(\.0).sorted { ($0.policy, $0.group.reference) < ($1.policy, $1.group.reference) }
        examination.caller = await caller
        examination.databases = await databases
        examination.clockAhead = clients.clockSkew == .zero ? asked.compactMap(\.1).max() : clients.clockSkew
        return examination
    }

    private func unasked(_ policy: String, _ group: Whitelist.Group) -> AWSExamination.Group {
        let error = APIError(
            api: .ec2, operation: "DescribeSecurityGroups", resource: group.reference.description, code: "no-keys",
            message: "there are no keys", disposition: .denied)
        return AWSExamination.Group(
            policy: policy, group: group, existence: .failure(error), rules: .failure(error), rights: [:], plan: nil, others: [:])
    }

    /// The token that STS refused, by what it claims.
    private func token(of identity: Identity, _ keys: Result<String, APIError>) async -> AWSExamination.Token? {
        guard case .failure(let error) = keys, error.operation == "AssumeRoleWithWebIdentity" else { return nil }
        switch identity.access.identity {
        case .environment:
            return WebIdentityToken.configured(AWSEnvironment(surroundings.variables)).map {
                AWSExamination.Token(origin: $0.path, claims: $0.claims, roleARN: $0.roleARN)
            }
        case .google(let audience):
            let source = GoogleTokens(variables: surroundings.variables, direct: direct, runtime: clouds.runtime)
            let token = await questions.ask(.credentials, "identity token", on: "the metadata server") { () async throws(APIError) in
                try await source.identityToken(audience: audience)
            }
            return AWSExamination.Token(
                origin: "the metadata server", claims: (try? token.get()).flatMap(IdentityTokenClaims.init(token:)),
                roleARN: identity.access.roleARN ?? "")
        }
    }

    /// - Returns: what came of it, and how far EC2's clock is ahead.
    private func ask(_ policy: String, _ group: Whitelist.Group) async -> (AWSExamination.Group, Duration?) {
        let (clients, reference) = (clients, group.reference)
        let place = reference.description
        async let identity = questions.ask(.ec2, "DescribeSecurityGroups", on: place) { () async throws(APIError) in
            try await clients.ec2(for: group).describeIdentity(reference)
        }
        async let rules = questions.ask(.ec2, "DescribeSecurityGroupRules", on: place) { () async throws(APIError) in
            try await clients.ec2(for: group).describeSecurityGroup(reference)
        }
        async let authorize = right(to: .authorizeSecurityGroupIngress, on: group)
        async let revoke = right(to: .revokeSecurityGroupIngress, on: group)
        let found = await identity
        let others = policies.filter { $0.name != policy }.reduce(into: [String: [ManagedPort]]()) { others, other in
            for shared in other.securityGroups where shared.reference == reference { others[other.name, default: []] += shared.ports }
        }
        let asked = AWSExamination.Group(
            policy: policy, group: group, existence: found.map(\.name), rules: await rules,
            rights: [
                EC2Operation.authorizeSecurityGroupIngress.rawValue: await authorize,
                EC2Operation.revokeSecurityGroupIngress.rawValue: await revoke,
            ], plan: nil, others: others)
        return (asked, (try? found.get())?.clockAhead)
    }

    private func right(to operation: EC2Operation, on group: Whitelist.Group) async -> Result<AWSExamination.Right, APIError> {
        guard let port = group.ports.first else { return .success(.allowed) }
        let clients = clients
        return await questions.ask(.ec2, operation.rawValue, on: group.reference.description) { () async throws(APIError) in
            switch try await clients.ec2(for: group).right(to: operation, on: group.reference, traffic: Traffic(port)) {
            case .allowed: .allowed
            case .denied(let error): .denied(error)
            case .unclear(let error): .unclear(error)
            }
        }
    }
}
