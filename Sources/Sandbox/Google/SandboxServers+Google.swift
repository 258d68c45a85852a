extension SandboxServers.Endpoints {
    /// The Security Token Service: `token_url` of an external account.
    package var tokenExchange: String { identity + "/v1/token" }

    /// `service_account_impersonation_url` of an account.
    package func generateAccessToken(_ account: String) -> String {
        identity + "/v1/projects/-/serviceAccounts/\(account):generateAccessToken"
    }

    /// What the metadata server says that this machine is, for an audience: a `credential_source.url`.
    package func identityToken(audience: String) -> String {
        metadata + "/computeMetadata/v1/instance/service-accounts/default/identity?audience=\(audience)&format=full"
    }

    private var identity: String { String(oauth.dropLast("/token".count)) }
}
