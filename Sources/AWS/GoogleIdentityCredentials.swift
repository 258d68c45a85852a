package import Model

/// A role taken with a Google-signed ID token: what a policy's `identity: google` asks for. AWS knows the issuer
/// `accounts.google.com` already; nothing of AWS is stored on Google's side.
///
/// Source: IAM User Guide, "Available keys for AWS OIDC federation": with Google, `aud` is the token's `azp`, `oaud` its `aud`.
package struct GoogleIdentityCredentials: AWSCredentialsProvider {
    private let roleARN: String
    private let sessionName: String
    private let audience: String
    private let tokens: any IdentityTokenSource
    private let sts: STSClient

    package init(roleARN: String, sessionName: String, audience: String, tokens: any IdentityTokenSource, sts: STSClient) {
        self.roleARN = roleARN
        self.sessionName = sessionName
        self.audience = audience
        self.tokens = tokens
        self.sts = sts
    }

    package func credentials() async throws(APIError) -> AWSCredentials {
        let token = try await tokens.identityToken(audience: audience)
        do {
            return try await sts.assumeRoleWithWebIdentity(roleARN, sessionName: sessionName, token: token)
        } catch {
            var told = error
            told.api = .credentials
            told.resource = "identity google, \(error.resource)"
            told.message = String(error.message.prefix(600)) + "; " + advice(error)
            throw told
        }
    }

    private func advice(_ error: APIError) -> String {
        switch AWSErrorClass.bare(error.code) {
        case "AccessDenied":
            "the role's trust policy must pin this service account's numeric id as accounts.google.com:aud and :sub, and "
                + "'\(audience)' as accounts.google.com:oaud (policies/aws-trust-google.json)"
        case "InvalidIdentityToken", "ExpiredToken", "ExpiredTokenException":
            "the token came from the metadata server a moment ago: check what answers at GCE_METADATA_HOST, and this machine's clock"
        default: "check the way to STS in this region"
        }
    }
}
