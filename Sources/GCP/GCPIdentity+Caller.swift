package import HTTP
package import Model

/// Who it is that the environment gives. A token leaves this process for this only where nothing else tells, and then for the origin that
/// gave it, or for Google's own.
extension GCPIdentity {
    /// - Parameters:
    ///   - tokens: asked only where neither the metadata server nor the file says whose tokens they are.
    ///   - transport, direct: as with `tokenSource`.
    /// - Throws: what kept the question from being answered.
    package static func caller(
        environment: [String: String], tokens: any GCPTokenSource, transport: any HTTPTransport, direct: any HTTPTransport,
        runtime: Runtime
    ) async throws(APIError) -> GoogleCaller {
        let summary = try summary(environment: environment, transport: transport, direct: direct, runtime: runtime)
        let source = summary.member.description + (summary.type.map { " (\($0))" } ?? "")
        switch summary.member {
        case .metadataServer(let host):
            return try await MetadataAccount(host: host, transport: direct, runtime: runtime).caller()
        case .namedFile, .gcloudFile:
            // Every file with an account of its own has its tokens made for this scope.
            if let account = summary.account { return GoogleCaller(email: account, scopes: [ServiceAccountKey.scope], source: source) }
            // A federated token is unknown to Google's token endpoint.
            guard summary.type == "authorized_user" else { return GoogleCaller(email: nil, scopes: nil, source: source) }
            let question = TokenInfo(tokenURI: summary.tokenURL?.text, transport: transport, runtime: runtime)
            let answer = try await question.ask(try await tokens.token())
            return GoogleCaller(email: answer.email, scopes: answer.scopes, source: source)
        }
    }
}
