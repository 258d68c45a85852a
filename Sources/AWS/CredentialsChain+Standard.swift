package import HTTP
import Model

extension CredentialsChain {
    /// All sources in botocore's order. `credential_process` and SSO are not among them yet; a profile that uses them is told so.
    ///
    /// - Parameter metadataTransport: one that uses no proxy.
    package static func standard(
        _ connection: AWSConnection, sts: STSClient, metadataTransport: any HTTPTransport
    ) -> CredentialsChain {
        let environment = connection.environment
        let keys = EnvironmentCredentials(environment: environment)
        let container = ContainerCredentials(environment: environment, transport: metadataTransport, runtime: connection.runtime)
        let instance = InstanceMetadataCredentials(
            environment: environment, transport: metadataTransport, runtime: connection.runtime)
        let profileRole = ProfileRoleCredentials(
            environment: environment, sts: sts,
            canonical: ["Environment": keys, "EcsContainer": container, "Ec2InstanceMetadata": instance])
        return CredentialsChain([
            keys, profileRole, WebIdentityCredentials(environment: environment, sts: sts),
            ProfileKeyCredentials(environment: environment), UnsupportedProfile(environment: environment), container, instance,
        ])
    }
}
