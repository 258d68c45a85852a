package import Model

/// A profile with `role_arn` and either `source_profile` or `credential_source`.
///
/// Source: botocore 1.43, credentials.py, AssumeRoleProvider.
package struct ProfileRoleCredentials: CredentialsSource {
    package let name: String
    private let settings: AWSSettings
    private let sts: STSClient
    private let sources: ProfileSources
    /// By the names that `credential_source` may take: `Environment`, `EcsContainer`, `Ec2InstanceMetadata`.
    private let canonical: [String: any CredentialsSource]

    init(sources: ProfileSources, canonical: [String: any CredentialsSource]) {
        settings = sources.settings
        sts = sources.sts
        self.sources = sources
        self.canonical = canonical
        name = "role of profile '\(settings.environment.profile)'"
    }

    package func load() async throws(APIError) -> AWSCredentials? {
        guard Self.assumesRole(settings.profile) else { return nil }
        return try await assume(settings.environment.profile, visited: [settings.environment.profile])
    }

    static func assumesRole(_ profile: [String: String]) -> Bool {
        profile["role_arn"] != nil && profile["web_identity_token_file"] == nil
    }

    static func hasKeys(_ profile: [String: String]) -> Bool {
        profile["aws_access_key_id"] != nil || profile["aws_secret_access_key"] != nil
    }

    /// - Parameter visited: the profiles from the process's own to this one.
    private func assume(_ name: String, visited: [String]) async throws(APIError) -> AWSCredentials {
        let profile = settings.profiles[name] ?? [:]
        guard let roleARN = profile["role_arn"], !roleARN.isEmpty else {
            throw failure("profile", "profile '\(name)' has an empty role_arn: correct it")
        }
        guard visited.count <= 10 else { throw loop(visited) }
        guard profile["mfa_serial"] == nil else {
            throw failure(
                "mfa", "profile '\(name)' asks for an MFA code, which nobody can enter here: use a profile without mfa_serial")
        }
        let base = try await base(of: profile, named: name, visited: visited)
        let role = AssumedRoleCredentials(
            roleARN: roleARN, sessionName: RoleSessionName.name(profile["role_session_name"]), externalID: profile["external_id"],
            durationSeconds: profile["duration_seconds"].flatMap { Int($0) }, base: FixedCredentials(base), sts: sts)
        var taken = try await role.credentials()
        taken.members = base.members
        return taken
    }

    private func base(
        of profile: [String: String], named name: String, visited: [String]
    ) async throws(APIError) -> AWSCredentials {
        switch (profile["source_profile"], profile["credential_source"]) {
        case (let source?, nil): return try await credentials(ofSource: source, namedBy: name, visited: visited)
        case (nil, let source?):
            guard let found = canonical[source] else {
                throw failure(
                    "credential-source",
                    "profile '\(name)' has credential_source '\(source)': "
                        + "expected \(canonical.keys.sorted().joined(separator: ", "))")
            }
            if let credentials = try await found.load() { return Self.given(credentials, by: found.name) }
            throw failure(
                "credential-source",
                "profile '\(name)' takes its credentials from \(source), and there are none"
                    + (found.silence.map { ": \($0)" } ?? ""))
        default:
            throw failure("profile", "profile '\(name)' has role_arn: it needs either source_profile or credential_source")
        }
    }

    /// A profile may name itself, for the keys that it has beside its role.
    private func credentials(
        ofSource source: String, namedBy parent: String, visited: [String]
    ) async throws(APIError) -> AWSCredentials {
        guard let profile = settings.profiles[source] else {
            throw failure(
                "no-profile", "profile '\(parent)' has source_profile '\(source)', and no configuration file has it: correct the profile")
        }
        if visited.contains(source), source != parent || !Self.hasKeys(profile) { throw loop(visited + [source]) }
        guard Self.hasKeys(profile) || !Self.assumesRole(profile) else {
            return Self.given(try await assume(source, visited: visited + [source]), by: "role of profile '\(source)'")
        }
        for member in sources.sources(profile: source, usesVariables: false) {
            if let found = try await member.load() { return Self.given(found, by: member.name) }
        }
        throw failure(
            "no-source-credentials",
            "profile '\(parent)' takes its credentials from profile '\(source)', which has none: add keys, credential_process or "
                + "role_arn to it")
    }

    private static func given(_ credentials: AWSCredentials, by member: String) -> AWSCredentials {
        var credentials = credentials
        credentials.members.insert(member, at: 0)
        return credentials
    }

    private func loop(_ visited: [String]) -> APIError {
        let names = visited.map { String($0.unicodeScalars.prefix(60)) }.joined(separator: " → ")
        return failure("profile-loop", "the profiles \(names) name one another: break the loop")
    }
}
