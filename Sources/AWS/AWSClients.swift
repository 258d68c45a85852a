package import HTTP
import Locking
package import Model

/// The clients of all groups of all policies: one for each region and role, kept, over one transport, one chain of credentials
/// and one measured clock skew.
package final class AWSClients: Sendable {
    private struct Key: Hashable {
        var region: String
        var access: AWSAccess
    }

    /// An STS, and what its endpoint is found by.
    private struct Exchange: Hashable {
        var region: String
        /// What takes Google's tokens takes nothing else from the shared files either: no file of them may redirect such a token.
        var usesFiles: Bool
    }

    private struct State: Sendable {
        var ec2: [Key: EC2Client] = [:]
        var sts: [Exchange: STSClient] = [:]
        /// By the region of the STS that exchanges tokens.
        var chains: [String: CachedCredentials] = [:]
        var roles: [Key: CachedCredentials] = [:]
    }

    private let connection: AWSConnection
    private let metadataTransport: any HTTPTransport
    private let googleTokens: any IdentityTokenSource
    private let choice = ChainChoice()
    private let state = Locked(State())

    /// - Parameters:
    ///   - transport: for EC2 and STS.
    ///   - metadataTransport: for container and instance metadata; must use no proxy.
    ///   - googleTokens: for policies with `identity: google`.
    ///   - environment: the process's variables.
    package init(
        transport: any HTTPTransport, metadataTransport: any HTTPTransport, googleTokens: any IdentityTokenSource, runtime: Runtime,
        environment: [String: String], meter: CallMeter = .none
    ) {
        connection = AWSConnection(
            transport: transport, runtime: runtime, environment: AWSEnvironment(environment), skew: ClockSkew(), meter: meter)
        self.metadataTransport = metadataTransport
        self.googleTokens = googleTokens
    }

    /// How far AWS's clock is ahead of this machine's; zero until an answer has shown that it is, by much. Worth a warning when
    /// it is not.
    package var clockSkew: Duration { connection.skew.ahead }

    /// Why keys could not be refreshed, where older ones still serve. Worth a warning.
    package var refreshFailures: [APIError] {
        let providers = state.withLock { Array($0.chains.values) + Array($0.roles.values) }
        return providers.compactMap(\.failure)
    }

    /// The client for a group: its region, and its `roleArn` where the policy names one.
    package func ec2(for group: Whitelist.Group) throws(APIError) -> EC2Client {
        try ec2(region: group.reference.region, access: group.access)
    }

    package func ec2(region: String, access: AWSAccess) throws(APIError) -> EC2Client {
        let key = Key(region: region, access: access)
        return try state.withLock { state throws(APIError) in
            if let client = state.ec2[key] { return client }
            let client = try EC2Client(connection, region: region, credentials: try provider(key, &state))
            state.ec2[key] = client
            return client
        }
    }

    /// Whose credentials a group is read and written with.
    package func callerIdentity(region: String, access: AWSAccess) async throws(APIError) -> CallerIdentity {
        let key = Key(region: region, access: access)
        let sts = try state.withLock { state throws(APIError) -> STSClient in try self.sts(key, &state) }
        let provider = try state.withLock { state throws(APIError) -> any AWSCredentialsProvider in try self.provider(key, &state)
        }
        return try await sts.callerIdentity(signedBy: provider)
    }

    /// The keys that a group is read and written with: their `source` tells the chain's member, or the role, that gave them.
    package func credentials(region: String, access: AWSAccess) async throws(APIError) -> AWSCredentials {
        let key = Key(region: region, access: access)
        let provider = try state.withLock { state throws(APIError) -> any AWSCredentialsProvider in try self.provider(key, &state) }
        return try await provider.credentials()
    }

    /// The databases of a region, as whoever reads and writes its groups sees them.
    package func rds(region: String, access: AWSAccess) throws(APIError) -> RDSClient {
        let key = Key(region: region, access: access)
        let provider = try state.withLock { state throws(APIError) -> any AWSCredentialsProvider in try self.provider(key, &state) }
        return try RDSClient(connection, region: region, credentials: provider)
    }

    private func provider(_ key: Key, _ state: inout State) throws(APIError) -> any AWSCredentialsProvider {
        guard let roleARN = key.access.roleARN else { return try chain(for: key.region, &state) }
        if let provider = state.roles[key] { return provider }
        let name = RoleSessionName.name(connection.environment["AWS_ROLE_SESSION_NAME"])
        let sts = try sts(key, &state)
        let role: any AWSCredentialsProvider =
            switch key.access.identity {
            case .google(let audience):
                GoogleIdentityCredentials(roleARN: roleARN, sessionName: name, audience: audience, tokens: googleTokens, sts: sts)
            case .environment:
                AssumedRoleCredentials(
                    roleARN: roleARN, sessionName: name, externalID: key.access.externalID, durationSeconds: nil,
                    base: try chain(for: key.region, &state), sts: sts)
            }
        let provider = CachedCredentials(
            role, runtime: connection.runtime, name: "\(roleARN) in \(key.region)", meter: connection.meter)
        state.roles[key] = provider
        return provider
    }

    /// `AWS_REGION`, or the profile's `region`, says which STS exchanges tokens; without it, it is that of the group's region.
    private func chain(for region: String, _ state: inout State) throws(APIError) -> any AWSCredentialsProvider {
        let region = try AWSSettings(connection.environment).region ?? region
        if let chain = state.chains[region] { return chain }
        let sources = CredentialsChain.standard(
            connection, sts: try sts(region, usesFiles: true, &state), metadataTransport: metadataTransport, choice: choice)
        let chain = CachedCredentials(
            sources, runtime: connection.runtime, name: "the environment's in \(region)", meter: connection.meter)
        state.chains[region] = chain
        return chain
    }

    private func sts(_ key: Key, _ state: inout State) throws(APIError) -> STSClient {
        try sts(key.region, usesFiles: key.access.identity == .environment, &state)
    }

    private func sts(_ region: String, usesFiles: Bool, _ state: inout State) throws(APIError) -> STSClient {
        let exchange = Exchange(region: region, usesFiles: usesFiles)
        if let client = state.sts[exchange] { return client }
        let environment = connection.environment
        let client = try STSClient(
            connection, region: region,
            settings: usesFiles ? AWSSettings(environment) : AWSSettings(ofVariables: environment))
        state.sts[exchange] = client
        return client
    }
}
