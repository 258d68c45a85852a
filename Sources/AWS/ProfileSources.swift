import Commands
import Model

/// The members of the chain that a profile can configure, in botocore's order: those of the process's own profile, and those of
/// any that is named as `source_profile`.
///
/// Source: botocore 1.43, credentials.py, ProfileProviderBuilder.
struct ProfileSources: Sendable {
    let settings: AWSSettings
    let sts: STSClient
    let commands: CommandRunner
    let clock: CredentialsClock

    /// - Parameter usesVariables: whether `AWS_WEB_IDENTITY_TOKEN_FILE` and its like count, as they do for no `source_profile`.
    func sources(profile: String, usesVariables: Bool) -> [any CredentialsSource] {
        let profiles = settings.profiles
        return [
            WebIdentityCredentials(profile: profile, settings: settings, usesVariables: usesVariables, sts: sts),
            UnsupportedProfile(profile: profile, of: profiles, .sso),
            ProfileKeyCredentials(profile: profile, of: profiles, file: .credentials),
            UnsupportedProfile(profile: profile, of: profiles, .login),
            ProcessCredentials(profile: profile, settings: settings, commands: commands, clock: clock),
            ProfileKeyCredentials(profile: profile, of: profiles, file: .config),
        ]
    }
}
