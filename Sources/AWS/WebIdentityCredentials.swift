package import Model

/// A role assumed with a token of the cluster: `AWS_ROLE_ARN` and `AWS_WEB_IDENTITY_TOKEN_FILE`, else the profile's `role_arn`
/// and `web_identity_token_file`. The file is read anew at each exchange: kubelet replaces projected tokens before they end.
package struct WebIdentityCredentials: CredentialsSource {
    package let name = "web identity (AWS_WEB_IDENTITY_TOKEN_FILE)"
    private let environment: AWSEnvironment
    private let sts: STSClient

    package init(environment: AWSEnvironment, sts: STSClient) {
        self.environment = environment
        self.sts = sts
    }

    package func load() async throws(APIError) -> AWSCredentials? {
        let profile = try SharedProfiles(environment: environment)[environment.profile] ?? [:]
        guard let path = environment["AWS_WEB_IDENTITY_TOKEN_FILE"] ?? profile["web_identity_token_file"] else { return nil }
        guard let roleARN = environment["AWS_ROLE_ARN"] ?? profile["role_arn"] else {
            throw failure(
                "no-role", "AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not: set it to the ARN of the role to assume")
        }
        let token = try read(path)
        let session = RoleSessionName.name(environment["AWS_ROLE_SESSION_NAME"] ?? profile["role_session_name"])
        do {
            return try await sts.assumeRoleWithWebIdentity(roleARN, sessionName: session, token: token)
        } catch {
            throw failure(of: error, advice: Self.advice(error, token: path))
        }
    }

    private func read(_ path: String) throws(APIError) -> Secret {
        let advice = "check the projected serviceAccountToken volume of the pod"
        do {
            if let token = try BoundedFile.token(path) { return Secret(token) }
        } catch {
            throw failure("token-file", "\(path) cannot be read: \(error.reason); \(advice)", disposition: .retry(after: nil))
        }
        throw failure("token-file", "\(path) is empty or not text; \(advice)", disposition: .retry(after: nil))
    }

    private static func advice(_ error: APIError, token path: String) -> String {
        switch AWSErrorClass.bare(error.code) {
        case "AccessDenied":
            "compare the token's iss, aud and sub with the role's trust policy (policies/aws-trust-gke-oidc.json)"
        case "InvalidIdentityToken":
            "register the token's issuer as an IAM OIDC provider, with the token's audience (sts.amazonaws.com) as client id"
        case "ExpiredToken", "ExpiredTokenException":
            "the token in \(path) has expired: kubelet should have replaced it; check this machine's clock as well"
        default: "check AWS_ROLE_ARN, the region and the way to \(error.resource)'s STS endpoint"
        }
    }
}
