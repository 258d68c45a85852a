import Commands
import HTTP
import Model

@testable import AWS

/// A web identity token's file, and, after a line of `%%%`, what STS answers to it.
enum WebIdentityDriver {
    private static let role = "arn:aws:iam::123456789012:role/drawbridge"
    private static let (claimLimit, audienceLimit) = (1024, 16)

    static func run(_ input: [UInt8]) async throws {
        var parts = FuzzInput.parts(input, atMost: 16)
        let file = parts.removeFirst()
        let folder = try FuzzFolder()
        let environment = AWSEnvironment([
            "AWS_WEB_IDENTITY_TOKEN_FILE": try folder.write("token", file), "AWS_ROLE_ARN": role, "HOME": folder.path,
            "AWS_EC2_METADATA_DISABLED": "true",
        ])
        let text = String(decoding: file, as: UTF8.self)
        let claims = IdentityTokenClaims(token: Secret(text))
        if let claims { try check(claims) }
        let shown = WebIdentityToken.configured(environment)
        if let claims = shown?.claims { try check(claims) }
        try await exchange(environment, Array(parts.joined(separator: Array("\n%%%\n".utf8))), text)
    }

    /// What is shown of a token is bounded, and somebody's.
    private static func check(_ claims: IdentityTokenClaims) throws {
        let texts = [claims.issuer, claims.subject] + claims.audiences + [claims.authorizedParty, claims.email].compactMap(\.self)
        try require(claims.audiences.count <= audienceLimit, "\(claims.audiences.count) audiences")
        for text in texts {
            try require(text.unicodeScalars.count <= claimLimit, "a claim of \(text.unicodeScalars.count) scalars")
        }
        try require(!claims.issuer.isEmpty && !claims.subject.isEmpty, "a token of nobody: \(claims)")
    }

    private static func exchange(_ environment: AWSEnvironment, _ answers: [UInt8], _ token: String) async throws {
        let transport = FuzzTransport(answers)
        do throws(APIError) {
            let connection = AWSConnection(
                transport: transport, runtime: FuzzClock().runtime, environment: environment, skew: ClockSkew())
            let sts = try STSClient(connection, region: "eu-west-1")
            let nothing = CommandRunner { _ throws(CommandRunner.Failure) in throw .missing }
            let chain = CredentialsChain.standard(connection, sts: sts, metadataTransport: transport, commands: nothing)
            let credentials = try await chain.credentials()
            guard !credentials.accessKeyID.isEmpty, !credentials.secretAccessKey.isEmpty else {
                throw APIError(
                    api: .credentials, operation: "fuzz", resource: "keys", code: "", message: "keys that are none", disposition: .permanent
                )
            }
        } catch {
            // A server that repeats the token is not repeated. What is short may be a word of the error's own.
            let sent = token.split(whereSeparator: \.isWhitespace)
            try error.check(
                secrets: sent.count == 1 && sent[0].utf8.count >= 24 && sent[0].utf8.allSatisfy { $0 < 0x80 } ? [String(sent[0])] : [])
        }
        try transport.check()
    }
}
