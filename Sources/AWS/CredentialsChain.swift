package import Model

/// The sources in order: the first that is configured gives the credentials.
///
/// Source: botocore 1.43, credentials.py, create_credential_resolver: environment, a profile that assumes a role, web identity,
/// shared files, credential_process, container, instance metadata.
package struct CredentialsChain: AWSCredentialsProvider {
    private let sources: [any CredentialsSource]

    package init(_ sources: [any CredentialsSource]) { self.sources = sources }

    package func credentials() async throws(APIError) -> AWSCredentials {
        for source in sources {
            if let found = try await source.load() { return found }
        }
        let tried = sources.map(\.name).joined(separator: ", ")
        throw APIError(
            api: .credentials, operation: "AWS credentials", resource: "this process", code: "no-credentials",
            message: "nothing is configured; looked at: \(tried). In a cluster set AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE; "
                + "on a workstation set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            disposition: .denied)
    }
}
