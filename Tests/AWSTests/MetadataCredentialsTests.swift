import Foundation
import HTTP
import Model
import Testing

@testable import AWS

struct `Credentials of containers and instances` {
    private let answer = """
        {"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIA9","SecretAccessKey":"s","Token":"t","Expiration":"2026-03-01T18:00:00Z"}
        """

    private func container(_ transport: ScriptedTransport, _ environment: [String: String]) -> ContainerCredentials {
        ContainerCredentials(environment: AWSEnvironment(environment), transport: transport, runtime: ManualClock().runtime)
    }

    private func instance(
        _ transport: ScriptedTransport, _ environment: [String: String] = [:]
    ) throws -> InstanceMetadataCredentials {
        InstanceMetadataCredentials(
            settings: try AWSSettings(AWSEnvironment(environment)), transport: transport, runtime: ManualClock().runtime)
    }

    @Test(arguments: [
        (["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"], "http://169.254.170.2/v2/x"),
        (["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials"], "http://169.254.170.23/v1/credentials"),
        (["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:8080/c?a=b"], "http://127.0.0.1:8080/c?a=b"),
        (["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://[fd00:ec2::23]/v1"], "http://[fd00:ec2::23]/v1"),
        (["AWS_CONTAINER_CREDENTIALS_FULL_URI": "https://anywhere.example/c"], "https://anywhere.example/c"),
    ])
    func `a container's endpoint is asked, with its token`(environment: [String: String], url: String) async throws {
        let transport = ScriptedTransport(.answer(200, answer))
        let environment = environment.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN": "Basic abc"]) { $1 }
        let found = try #require(try await container(transport, environment).load())
        #expect(found.accessKeyID == "ASIA9")
        #expect(found.expiration == Timestamp(rfc3339: "2026-03-01T18:00:00Z"))
        let request = try #require(await transport.requests.first)
        #expect(request.url == url)
        #expect(request.headers["Authorization"] == "Basic abc")
    }

    @Test func `the token's file wins over the token`() async throws {
        let files = try TemporaryFiles()
        let transport = ScriptedTransport(.answer(200, answer))
        _ = try await container(
            transport,
            [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "old",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": try files.write("token", "fresh\n"),
            ]
        ).load()
        #expect(await transport.requests.first?.headers["Authorization"] == "fresh")
    }

    @Test(arguments: [
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/c"],
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1.example.com/c"],
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.2@example.com/"],
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "file:///etc/passwd"],
        ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "@example.com/"],
        ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "a\r\nX-Evil: 1"],
    ])
    func `nobody else is asked for keys`(environment: [String: String]) async throws {
        let transport = ScriptedTransport(.answer(200, answer))
        let error = try await apiError { _ = try await container(transport, environment).load() }
        #expect(error.disposition == .permanent)
        #expect(await transport.requests.isEmpty)
    }

    @Test(arguments: [
        ScriptedTransport.Step.answer(200, "{}"), .answer(200, "<html/>"), .answer(404, ""),
        .answer(200, #"{"Code":"AssumeRoleUnauthorizedAccess"}"#),
        .fail(.connect, received: false),
    ])
    func `a configured container that gives nothing is an error`(step: ScriptedTransport.Step) async throws {
        let error = try await apiError {
            _ = try await container(ScriptedTransport(step), ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2"]).load()
        }
        #expect(error.api == .credentials)
    }

    @Test(arguments: [true, false])
    func `of an answer with keys no bytes are left once it is read`(_ isWhole: Bool) {
        var response = HTTPResponse(status: 200, headers: [:], body: Array((isWhole ? answer : "{\(answer)").utf8))
        let found = MetadataCredentialsAnswer.credentials(
            in: &response, receivedAt: Timestamp(rfc3339: "2026-03-01T12:00:00Z")!, source: "x")
        #expect((found != nil) == isWhole && response.body.isEmpty)
    }

    @Test func `an instance is asked in a session, never without a token`() async throws {
        let transport = ScriptedTransport(.answer(200, "session-token"), .answer(200, "node-role\n"), .answer(200, answer))
        let found = try #require(try await instance(transport).load())
        #expect(found.accessKeyID == "ASIA9")
        let requests = await transport.requests
        let base = "http://169.254.169.254/latest"
        #expect(requests.map(\.method) == ["PUT", "GET", "GET"])
        #expect(
            requests.map(\.url) == [
                "\(base)/api/token", "\(base)/meta-data/iam/security-credentials/",
                "\(base)/meta-data/iam/security-credentials/node-role",
            ])
        #expect(requests[0].headers["X-aws-ec2-metadata-token-ttl-seconds"] == "21600")
        #expect(requests[1...].allSatisfy { $0.headers["X-aws-ec2-metadata-token"] == "session-token" })
        #expect(requests.allSatisfy { $0.limits.connect <= .seconds(1) && $0.limits.total! <= .seconds(2) })
    }

    @Test func `each look opens a session of its own`() async throws {
        let transport = ScriptedTransport(
            .answer(200, "first"), .answer(200, "node-role"), .answer(200, answer), .answer(200, "second"), .answer(200, "node-role"),
            .answer(200, answer))
        for _ in 0..<2 { _ = try #require(try await instance(transport).load()) }
        let requests = await transport.requests
        #expect(requests.map(\.method) == ["PUT", "GET", "GET", "PUT", "GET", "GET"])
        #expect(
            requests.map { $0.headers["X-aws-ec2-metadata-token"] } == [nil, "first", "first", nil, "second", "second"])
    }

    @Test(arguments: [
        ("2026-03-01T12:05:01Z", "2026-03-01T12:05:01Z"), ("2026-03-01T12:05:00Z", "2026-03-01T12:10:00Z"),
        ("2026-03-01T11:00:00Z", "2026-03-01T12:10:00Z"),
    ])
    func `keys that AWS could not renew yet count for ten minutes more`(end: String, counted: String) async throws {
        let body = answer.replacing("2026-03-01T18:00:00Z", with: end)
        let transport = ScriptedTransport(.answer(200, "session"), .answer(200, "node-role"), .answer(200, body))
        #expect(try await instance(transport).load()?.expiration == Timestamp(rfc3339: counted))
    }

    @Test func `an instance's keys are renewed ahead of their end, in a new session`() async throws {
        let next = answer.replacing("ASIA9", with: "ASIA10").replacing("18:00", with: "23:00")
        let metadata = ScriptedTransport(
            .answer(200, "first"), .answer(200, "node-role"), .answer(200, answer), .answer(200, "second"), .answer(200, "node-role"),
            .answer(200, next))
        let clock = ManualClock()
        let connection = EC2Answers.connection(ScriptedTransport(), clock)
        let chain = CredentialsChain.standard(
            connection, sts: try STSClient(connection, region: "eu-west-1"), metadataTransport: metadata)
        let cached = CachedCredentials(chain, runtime: clock.runtime)
        #expect(try await cached.credentials().accessKeyID == "ASIA9")
        clock.advance(.seconds(6 * 3600 - 30))
        #expect(try await cached.credentials().accessKeyID == "ASIA10")
        #expect(await metadata.remaining == 0)
    }

    @Test(arguments: [
        [ScriptedTransport.Step.fail(.timeout, received: false)], [.fail(.connect, received: false)],
        [.answer(404, "Google's own")],
        [.answer(405, "")], [.answer(200, "token"), .answer(404, "no role")],
    ])
    func `where no instance service answers there are no such credentials`(script: [ScriptedTransport.Step]) async throws {
        #expect(try await instance(ScriptedTransport(script)).load() == nil)
    }

    @Test func `an instance service that breaks in the middle is an error`() async throws {
        let transport = ScriptedTransport(.answer(200, "token"), .answer(200, "role"), .answer(500, ""))
        let error = try await apiError { _ = try await instance(transport).load() }
        #expect(error.code == "metadata-answer")
    }

    @Test func `the instance service can be moved and switched off`() async throws {
        let transport = ScriptedTransport(.answer(404, ""))
        _ = try await instance(transport, ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1338/"]).load()
        #expect(await transport.requests.map(\.url) == ["http://127.0.0.1:1338/latest/api/token"])
        let off = ScriptedTransport()
        #expect(try await instance(off, ["AWS_EC2_METADATA_DISABLED": "true"]).load() == nil)
        #expect(await off.requests.isEmpty)
    }
}
