package import Commands
package import HTTP
import Model

extension CredentialsChain {
    /// All sources in botocore's order. What differs from botocore, and why, stands in ChainAgreementTests.
    ///
    /// - Parameters:
    ///   - metadataTransport: one that uses no proxy.
    ///   - commands: what runs a profile's `credential_process`.
    ///   - choice: shared by all chains of one process.
    package static func standard(
        _ connection: AWSConnection, sts: STSClient, metadataTransport: any HTTPTransport, commands: CommandRunner = .posix,
        choice: ChainChoice = ChainChoice()
    ) -> CredentialsChain {
        CredentialsChain(choice: choice) { () throws(APIError) in
            let settings = try AWSSettings(connection.environment)
            let clock = CredentialsClock(runtime: connection.runtime, skew: connection.skew)
            let keys = EnvironmentCredentials(environment: settings.environment, clock: clock)
            let container = ContainerCredentials(
                environment: settings.environment, transport: metadataTransport, runtime: connection.runtime)
            let instance = InstanceMetadataCredentials(
                settings: settings, transport: metadataTransport, runtime: connection.runtime)
            let profile = ProfileSources(settings: settings, sts: sts, commands: commands, clock: clock)
            let role = ProfileRoleCredentials(
                sources: profile,
                canonical: ["Environment": keys, "EcsContainer": container, "Ec2InstanceMetadata": instance])
            return [keys, role] + profile.sources(profile: settings.environment.profile, usesVariables: true)
                + [container, instance]
        }
    }
}
