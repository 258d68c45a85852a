/// Where a web identity is configured: the file of its token, and the role that it is for.
///
/// Source: botocore 1.43, credentials.py, AssumeRoleWithWebIdentityProvider.
struct WebIdentityPlace: Hashable, Sendable {
    let tokenFile: String?
    let roleARN: String?
    let sessionName: String?
    /// Whether a variable names the file.
    let isVariable: Bool

    /// - Parameter usesVariables: whether `AWS_WEB_IDENTITY_TOKEN_FILE` and its like count, as they do for no `source_profile`.
    init(profile: String, settings: AWSSettings, usesVariables: Bool) {
        let keys = settings.profiles[profile] ?? [:]
        func variable(_ name: String) -> String? { usesVariables ? settings.environment[name] : nil }
        func key(_ name: String) -> String? { keys[name].flatMap { $0.isEmpty ? nil : $0 } }
        let file = variable("AWS_WEB_IDENTITY_TOKEN_FILE")
        tokenFile = file ?? key("web_identity_token_file")
        roleARN = variable("AWS_ROLE_ARN") ?? key("role_arn")
        sessionName = variable("AWS_ROLE_SESSION_NAME") ?? key("role_session_name")
        isVariable = file != nil
    }

    /// The one that the chain comes to: that of the process's own profile, or, where this one assumes a role, that of the
    /// profile at the end of its `source_profile`s; `nil` where these have none, by `credential_source` or in a loop.
    init?(_ settings: AWSSettings) {
        var (name, visited) = (settings.environment.profile, Set<String>())
        while ProfileRoleCredentials.assumesRole(settings.profiles[name] ?? [:]) {
            guard visited.insert(name).inserted, let profile = settings.profiles[name], profile["credential_source"] == nil,
                let source = profile["source_profile"], let next = settings.profiles[source],
                !ProfileRoleCredentials.hasKeys(next) || next["web_identity_token_file"] != nil
            else { return nil }
            name = source
        }
        self.init(profile: name, settings: settings, usesVariables: visited.isEmpty)
    }
}
