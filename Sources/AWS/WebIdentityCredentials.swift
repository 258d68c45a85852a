package import Model

/// A role assumed with a token of the cluster: `AWS_ROLE_ARN` and `AWS_WEB_IDENTITY_TOKEN_FILE`, else the profile's `role_arn`
/// and `web_identity_token_file`. The file is read anew at each exchange: kubelet replaces projected tokens before they end.
///
/// Source: botocore 1.43, credentials.py, AssumeRoleWithWebIdentityProvider: each of the three is looked up by itself, a variable
/// before the profile's key.
package struct WebIdentityCredentials: CredentialsSource {
    package let name: String
    private let place: WebIdentityPlace
    private let sts: STSClient

    init(profile: String, settings: AWSSettings, usesVariables: Bool, sts: STSClient) {
        self.sts = sts
        place = WebIdentityPlace(profile: profile, settings: settings, usesVariables: usesVariables)
        name =
            place.isVariable || place.tokenFile == nil
            ? "web identity (AWS_WEB_IDENTITY_TOKEN_FILE)" : "web identity (web_identity_token_file of profile '\(profile)')"
    }

    package func load() async throws(APIError) -> AWSCredentials? {
        guard let tokenFile = place.tokenFile else { return nil }
        guard let roleARN = place.roleARN else {
            throw failure(
                "no-role",
                "there is a token file and no role: set AWS_ROLE_ARN, or the profile's role_arn, to the ARN of the role to assume")
        }
        let token = try read(tokenFile)
        do {
            return try await sts.assumeRoleWithWebIdentity(
                roleARN, sessionName: RoleSessionName.name(place.sessionName), token: token)
        } catch {
            throw failure(of: error, advice: Self.advice(error, token: tokenFile))
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
        default: "check the role's ARN, the region and the way to \(error.resource)'s STS endpoint"
        }
    }
}
