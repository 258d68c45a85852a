package import Model

/// The sources in order: the first that is configured gives the credentials.
///
/// Source: botocore 1.43, credentials.py, create_credential_resolver: environment, a profile that assumes a role, web identity,
/// the credentials file, credential_process, the config file, container, instance metadata.
package struct CredentialsChain: AWSCredentialsProvider {
    /// Made anew for each look, since the shared files may have changed.
    private let sources: @Sendable () throws(APIError) -> [any CredentialsSource]

    init(_ sources: @escaping @Sendable () throws(APIError) -> [any CredentialsSource]) { self.sources = sources }

    package func credentials() async throws(APIError) -> AWSCredentials { try await find().credentials }

    /// The credentials, with the member that gave them.
    func find() async throws(APIError) -> (member: any CredentialsSource, credentials: AWSCredentials) {
        let sources = try sources()
        for source in sources {
            if let found = try await source.load() { return (source, found) }
        }
        let tried = sources.map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.joined(separator: ", ")
        // The advice must survive the message's limit: names of profiles can be long.
        throw APIError(
            api: .credentials, operation: "AWS credentials", resource: "this process", code: "no-credentials",
            message: "nothing is configured; looked at: \(String(tried.unicodeScalars.prefix(700))). "
                + "In a cluster set AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE; "
                + "on a workstation set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            disposition: .denied)
    }
}
