import HTTP
import Model

@testable import GCP

/// What tells whose tokens Google's are: the issuer of a person's token, and the metadata server's account.
enum TokenInfoDriver {
    private static let token = "ya29.t0ken0fAPers0n"

    static func run(_ input: [UInt8]) async throws {
        try await call(input, sends: [token]) { transport throws(APIError) in
            let answer = try await TokenInfo(tokenURI: nil, transport: transport, runtime: FuzzClock().runtime).ask(Secret(token))
            return GoogleCaller(email: answer.email, scopes: answer.scopes, source: "")
        }
        try await call(input, sends: []) { transport throws(APIError) in
            try await MetadataAccount(host: "127.0.0.1:80", transport: transport, runtime: FuzzClock().runtime).caller()
        }
        // Beside which token endpoint it is asked for, only the file says.
        let text = String(decoding: input, as: UTF8.self)
        let url = TokenInfo.url(beside: text)
        try require(url == TokenInfo.standard || url == text + "info", "a token goes to \(url.debugDescription)")
    }

    private static func call(
        _ input: [UInt8], sends secrets: [String], _ body: (FuzzTransport) async throws(APIError) -> GoogleCaller
    ) async throws {
        let transport = FuzzTransport(input)
        do {
            let caller = try await body(transport)
            // Who may write may read.
            try require(caller.reachesCompute != true || caller.readsCompute == true, "\(caller)")
            try require((caller.reachesCompute == nil) == (caller.scopes == nil), "\(caller)")
        } catch let error as APIError {
            try error.check(secrets: secrets)
        }
        try transport.check()
    }
}
