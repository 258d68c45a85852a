import Foundation
import HTTP
import Model
import Testing

@testable import AWS

/// Once a member has given keys, no other takes its place.
struct `A chain that is asked again` {
    private let files: TemporaryFiles
    private let metadata = ScriptedTransport(Self.instance + Self.instance)
    private let sts: ScriptedTransport
    private let clock = ManualClock()

    init() throws {
        files = try TemporaryFiles()
        let role = EC2Answers.session("AssumeRole", expiration: "2026-03-01T13:00:00Z")
        sts = ScriptedTransport(role, role, role)
    }

    private static let instance: [ScriptedTransport.Step] = [
        .answer(200, "session"), .answer(200, "node-role"),
        .answer(
            200,
            """
            {"Code":"Success","AccessKeyId":"INSTANCE","SecretAccessKey":"s","Token":"t","Expiration":"2026-03-01T18:00:00Z"}
            """),
    ]

    private func chain(_ environment: [String: String] = [:]) throws -> CredentialsChain {
        let connection = EC2Answers.connection(sts, clock, environment: ["HOME": files.folder.path].merging(environment) { $1 })
        return CredentialsChain.standard(
            connection, sts: try STSClient(connection, region: "eu-west-1"), metadataTransport: metadata)
    }

    private func keys(_ key: String, in section: String = "default") -> String {
        "[\(section)]\naws_access_key_id = \(key)\naws_secret_access_key = s\n"
    }

    /// As tools write that do not rename a finished file into place.
    @Test(arguments: [
        (nil as String?, "member-gone"), ("", "member-gone"), ("[default]\n", "member-gone"), ("[def", "configuration-file"),
        ("[default]\naws_access_key_id = FI", "partial-credentials"),
    ])
    func `is not given the instance's keys while a shared file is absent or half-written`(text: String?, code: String) async throws {
        let path = try files.write(".aws/credentials", keys("FILE"))
        let chain = try chain()
        #expect(try await chain.credentials().accessKeyID == "FILE")
        if let text {
            try files.write(".aws/credentials", text)
        } else {
            try FileManager.default.removeItem(atPath: path)
        }
        let error = try await apiError { _ = try await chain.credentials() }
        #expect(error.code == code, "\(error)")
        #expect(await metadata.requests.isEmpty, "not even asked")

        try files.write(".aws/credentials", keys("ROTATED"))
        #expect(try await chain.credentials().accessKeyID == "ROTATED")
    }

    @Test func `a member that is gone is named, with those that are not asked and what to do`() async throws {
        try files.write(".aws/credentials", keys("FILE"))
        let chain = try chain()
        _ = try await chain.credentials()
        try files.write(".aws/credentials", "")
        let error = try await apiError { _ = try await chain.credentials() }
        #expect(error.api == .credentials && error.disposition == .retry(after: nil))
        for words in ["keys of profile 'default' in the credentials file", "instance metadata", "restart"] {
            #expect(error.message.contains(words), "\(error)")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `the keys in hand serve on when the file breaks, and the failure is there to be told`() async throws
    {
        try files.write(".aws/credentials", keys("FILE"))
        let cached = CachedCredentials(try chain(), runtime: clock.runtime)
        _ = try await cached.credentials()
        #expect(cached.failure == nil)
        try files.write(".aws/credentials", "")
        clock.advance(CredentialRefresh.advance)
        #expect(try await cached.credentials().accessKeyID == "FILE")
        // The refresh runs beside.
        while cached.failure == nil, !Task.isCancelled { await Task.yield() }
        #expect(cached.failure?.code == "member-gone")
        #expect(try await cached.credentials().accessKeyID == "FILE")

        try files.write(".aws/credentials", keys("NEW"))
        clock.advance(CredentialRefresh.pause)
        _ = try await cached.credentials()
        while cached.failure != nil, !Task.isCancelled { await Task.yield() }
        #expect(try await cached.credentials().accessKeyID == "NEW")
    }

    @Test func `after the end of the old keys it still takes no others`() async throws {
        let token = try files.write("token", "h.p.s")
        let variables = ["AWS_CONFIG_FILE": files.folder.appendingPathComponent("config").path]
        try files.write("config", "[default]\nrole_arn = arn:aws:iam::1:role/r\nweb_identity_token_file = \(token)\n")
        let sts = ScriptedTransport(EC2Answers.session("AssumeRoleWithWebIdentity", expiration: "2026-03-01T13:00:00Z"))
        let connection = EC2Answers.connection(sts, clock, environment: variables)
        let chain = CredentialsChain.standard(
            connection, sts: try STSClient(connection, region: "eu-west-1"), metadataTransport: metadata)
        let cached = CachedCredentials(chain, runtime: clock.runtime)
        #expect(try await cached.credentials().accessKeyID == "ASIA1")
        try files.write("config", "")
        clock.advance(.seconds(3601))
        let error = try await apiError { _ = try await cached.credentials() }
        #expect(error.code == "member-gone")
        #expect(error.message.contains("web_identity_token_file of profile 'default'"))
        #expect(await metadata.requests.isEmpty)
    }

    @Test func `a role's own source stays the same, and both are named when it does not`() async throws {
        try files.write(
            ".aws/config", "[profile prod]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\n" + keys("OTHER", in: "profile base"))
        try files.write(".aws/credentials", keys("BASE", in: "base"))
        let chain = try chain(["AWS_PROFILE": "prod"])
        let found = try await chain.credentials()
        #expect(found.members == ["role of profile 'prod'", "keys of profile 'base' in the credentials file"])
        try files.write(".aws/credentials", "")
        let error = try await apiError { _ = try await chain.credentials() }
        #expect(error.code == "member-changed")
        for words in ["'base' in the credentials file", "'base' in the config file", "restart"] {
            #expect(error.message.contains(words), "\(error)")
        }
    }

    @Test func `a member before it that turns up is not taken either`() async throws {
        try files.write(".aws/config", keys("FILE"))
        let chain = try chain()
        _ = try await chain.credentials()
        try files.write(".aws/credentials", keys("BEFORE"))
        #expect(try await chain.credentials().accessKeyID == "FILE")
    }

    @Test func `a member that failed at first is no choice`() async throws {
        try files.write(".aws/credentials", "[default]\naws_access_key_id = HALF\n")
        let chain = try chain()
        _ = try await apiError { _ = try await chain.credentials() }
        try files.write(".aws/credentials", "")
        #expect(try await chain.credentials().accessKeyID == "INSTANCE")
        #expect(try await chain.credentials().accessKeyID == "INSTANCE")
    }

    @Test func `all regions of a process have the same member`() async throws {
        try files.write(".aws/credentials", keys("FILE"))
        let clients = AWSClients(
            transport: sts, metadataTransport: metadata, googleTokens: FixedTokens(), runtime: clock.runtime,
            environment: ["HOME": files.folder.path])
        #expect(try await clients.credentials(region: "eu-west-1", access: .environment).accessKeyID == "FILE")
        try files.write(".aws/credentials", "")
        let error = try await apiError { _ = try await clients.credentials(region: "us-east-1", access: .environment) }
        #expect(error.code == "member-gone")
    }
}
