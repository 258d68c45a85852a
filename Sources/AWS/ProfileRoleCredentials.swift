package import Model

/// A profile with `role_arn` and either `source_profile` or `credential_source`.
///
/// Source: botocore 1.43, credentials.py, AssumeRoleProvider.
package struct ProfileRoleCredentials: CredentialsSource {
    package let name: String
    private let environment: AWSEnvironment
    private let sts: STSClient
    /// By the names that `credential_source` may take: `Environment`, `EcsContainer`, `Ec2InstanceMetadata`.
    private let canonical: [String: any CredentialsSource]

    package init(environment: AWSEnvironment, sts: STSClient, canonical: [String: any CredentialsSource]) {
        self.environment = environment
        self.sts = sts
        self.canonical = canonical
        name = "role of profile '\(environment.profile)'"
    }

    package func load() async throws(APIError) -> AWSCredentials? {
        let profiles = try SharedProfiles(environment: environment)
        guard let profile = profiles[environment.profile] else {
            guard environment.namesProfile else { return nil }
            throw failure(
                "no-profile",
                "AWS_PROFILE names the profile '\(environment.profile)', and no configuration file has it: "
                    + "correct AWS_PROFILE or add the profile to ~/.aws/config")
        }
        guard Self.assumesRole(profile) else { return nil }
        return try await assume(environment.profile, profiles: profiles, visited: [])
    }

    private static func assumesRole(_ profile: [String: String]) -> Bool {
        profile["role_arn"] != nil && profile["web_identity_token_file"] == nil
    }

    private func assume(
        _ name: String, profiles: SharedProfiles, visited: [String]
    ) async throws(APIError) -> AWSCredentials {
        guard let profile = profiles[name], let roleARN = profile["role_arn"] else {
            throw failure("no-profile", "source_profile '\(name)' is in no configuration file: correct the profile")
        }
        guard !visited.contains(name), visited.count < 10 else {
            throw failure(
                "profile-loop", "the profiles \((visited + [name]).joined(separator: " → ")) name one another: break the loop")
        }
        guard profile["mfa_serial"] == nil else {
            throw failure(
                "mfa", "profile '\(name)' asks for an MFA code, which nobody can enter here: use a profile without mfa_serial")
        }
        let base = try await base(of: profile, named: name, profiles: profiles, visited: visited + [name])
        let role = AssumedRoleCredentials(
            roleARN: roleARN, sessionName: RoleSessionName.name(profile["role_session_name"]), externalID: profile["external_id"],
            durationSeconds: profile["duration_seconds"].flatMap { Int($0) }, base: FixedCredentials(base), sts: sts)
        return try await role.credentials()
    }

    private func base(
        of profile: [String: String], named name: String, profiles: SharedProfiles, visited: [String]
    ) async throws(APIError) -> AWSCredentials {
        switch (profile["source_profile"], profile["credential_source"]) {
        case (let source?, nil):
            if let keys = try ProfileKeyCredentials.keys(of: profiles[source] ?? [:], named: source) { return keys }
            return try await assume(source, profiles: profiles, visited: visited)
        case (nil, let source?):
            guard let found = canonical[source] else {
                throw failure(
                    "credential-source",
                    "profile '\(name)' has credential_source '\(source)': "
                        + "expected \(canonical.keys.sorted().joined(separator: ", "))")
            }
            if let credentials = try await found.load() { return credentials }
            throw failure("credential-source", "profile '\(name)' takes its credentials from \(source), and there are none")
        default:
            throw failure("profile", "profile '\(name)' has role_arn: it needs either source_profile or credential_source")
        }
    }
}
