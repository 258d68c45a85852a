package import Model

/// The sources in order: the first that is configured gives the credentials, and goes on giving them (`ChainChoice`).
///
/// Source: botocore 1.43, credentials.py, create_credential_resolver: environment, a profile that assumes a role, web identity,
/// the credentials file, credential_process, the config file, container, instance metadata.
package struct CredentialsChain: AWSCredentialsProvider {
    /// Made anew for each look, since the shared files may have changed.
    private let sources: @Sendable () throws(APIError) -> [any CredentialsSource]
    private let choice: ChainChoice

    init(choice: ChainChoice, _ sources: @escaping @Sendable () throws(APIError) -> [any CredentialsSource]) {
        self.choice = choice
        self.sources = sources
    }

    /// - Throws: whatever the members throw; `no-credentials` when none is configured; `member-gone` and `member-changed` when
    ///   keys were given before, and can't be had from where they came from.
    package func credentials() async throws(APIError) -> AWSCredentials {
        let settled = choice.members
        var found = if let settled { try await again(settled) } else { try await find() }
        found.credentials.members.insert(found.member.name, at: 0)
        let first = choice.settle(found.credentials.members)
        guard first == found.credentials.members else {
            throw failure(
                "member-changed", on: found.member.name,
                "the keys so far came from \(Self.shown(first, " with ")), and now they would come from "
                    + "\(Self.shown(found.credentials.members, " with ")): undo that, or restart this process to take them")
        }
        return found.credentials
    }

    /// The credentials, with the member that gives them to a process that has none yet.
    func find() async throws(APIError) -> (member: any CredentialsSource, credentials: AWSCredentials) {
        let sources = try sources()
        for source in sources {
            if let found = try await source.load() { return (source, found) }
        }
        // The advice must survive the message's limit: names of profiles can be long.
        throw failure(
            "no-credentials", on: "this process",
            "nothing is configured; looked at: \(Self.shown(sources.map(\.name)))\(Self.silences(of: sources, before: "; ")). "
                + "In a cluster set AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE; "
                + "on a workstation set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", .denied)
    }

    /// New credentials of the member that gave the first.
    private func again(_ members: [String]) async throws(APIError) -> (member: any CredentialsSource, credentials: AWSCredentials) {
        let sources = try sources()
        let name = members.first ?? ""
        if let member = sources.first(where: { $0.name == name }), let found = try await member.load() { return (member, found) }
        let others = sources.map(\.name).filter { $0 != name }
        throw failure(
            "member-gone", on: name,
            "the keys so far came from \(Self.shown([name])), which gives none any more\(Self.silences(of: sources, before: "; ")): set that right. In its place none of the "
                + "others is asked (\(Self.shown(others))); to take theirs, restart this process")
    }

    private func failure(
        _ code: String, on resource: String, _ message: String, _ disposition: APIError.Disposition = .retry(after: nil)
    ) -> APIError {
        APIError(
            api: .credentials, operation: "AWS credentials", resource: resource, code: code, message: message, disposition: disposition)
    }

    /// A place that kept silent is not one that is not configured.
    private static func silences(of sources: [any CredentialsSource], before separator: String) -> String {
        sources.compactMap(\.silence).map { separator + $0 }.joined()
    }

    private static func shown(_ names: [String], _ separator: String = ", ") -> String {
        let once = names.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return String(once.joined(separator: separator).unicodeScalars.prefix(600 / (separator == ", " ? 1 : 2)))
    }
}
