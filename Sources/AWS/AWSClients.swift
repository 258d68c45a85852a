package import HTTP
import Locking
package import Model

/// The clients of all groups of all policies: one for each region and role, kept, over one transport, one chain of credentials
/// and one measured clock skew.
package final class AWSClients: Sendable {
    private struct Key: Hashable {
        var region: String
        var roleARN: String?
    }

    private struct State: Sendable {
        var ec2: [Key: EC2Client] = [:]
        var sts: [String: STSClient] = [:]
        /// By the region of the STS that exchanges tokens.
        var chains: [String: any AWSCredentialsProvider] = [:]
        var roles: [Key: any AWSCredentialsProvider] = [:]
    }

    private let connection: AWSConnection
    private let metadataTransport: any HTTPTransport
    private let state = Locked(State())

    /// - Parameters:
    ///   - transport: for EC2 and STS.
    ///   - metadataTransport: for container and instance metadata; must use no proxy.
    ///   - environment: the process's variables.
    package init(
        transport: any HTTPTransport, metadataTransport: any HTTPTransport, runtime: Runtime, environment: [String: String]
    ) {
        connection = AWSConnection(
            transport: transport, runtime: runtime, environment: AWSEnvironment(environment), skew: ClockSkew())
        self.metadataTransport = metadataTransport
    }

    /// How far AWS's clock is ahead of this machine's; zero until a request was refused for its time. Worth a warning when it
    /// is not.
    package var clockSkew: Duration { connection.skew.ahead }

    /// The client for a group: its region, and its `roleArn` where the policy names one.
    package func ec2(for group: Whitelist.Group) throws(APIError) -> EC2Client {
        try ec2(region: group.reference.region, roleARN: group.roleARN)
    }

    package func ec2(region: String, roleARN: String?) throws(APIError) -> EC2Client {
        let key = Key(region: region, roleARN: roleARN)
        return try state.withLock { state throws(APIError) in
            if let client = state.ec2[key] { return client }
            let client = try EC2Client(connection, region: region, credentials: try provider(key, &state))
            state.ec2[key] = client
            return client
        }
    }

    /// Whose credentials a group is read and written with.
    package func callerIdentity(region: String, roleARN: String?) async throws(APIError) -> CallerIdentity {
        let key = Key(region: region, roleARN: roleARN)
        let sts = try state.withLock { state throws(APIError) -> STSClient in try self.sts(region, &state) }
        let provider = try state.withLock { state throws(APIError) -> any AWSCredentialsProvider in try self.provider(key, &state)
        }
        return try await sts.callerIdentity(signedBy: provider)
    }

    private func provider(_ key: Key, _ state: inout State) throws(APIError) -> any AWSCredentialsProvider {
        let chain = try chain(for: key.region, &state)
        guard let roleARN = key.roleARN else { return chain }
        if let provider = state.roles[key] { return provider }
        let role = AssumedRoleCredentials(
            roleARN: roleARN, sessionName: RoleSessionName.name(connection.environment["AWS_ROLE_SESSION_NAME"]), externalID: nil,
            durationSeconds: nil, base: chain, sts: try sts(key.region, &state))
        let provider = CachedCredentials(role, runtime: connection.runtime)
        state.roles[key] = provider
        return provider
    }

    /// `AWS_REGION` says which STS exchanges tokens; without it, it is that of the group's region.
    private func chain(for region: String, _ state: inout State) throws(APIError) -> any AWSCredentialsProvider {
        let region = connection.environment.region ?? region
        if let chain = state.chains[region] { return chain }
        let sources = CredentialsChain.standard(connection, sts: try sts(region, &state), metadataTransport: metadataTransport)
        let chain = CachedCredentials(sources, runtime: connection.runtime)
        state.chains[region] = chain
        return chain
    }

    private func sts(_ region: String, _ state: inout State) throws(APIError) -> STSClient {
        if let client = state.sts[region] { return client }
        let client = try STSClient(connection, region: region)
        state.sts[region] = client
        return client
    }
}
