import Commands
import Model
import Testing

@testable import AWS

struct `A credential_process` {
    private let clock = ManualClock()

    private func load(_ result: Result<CommandResult, CommandRunner.Failure>, skew: ClockSkew = ClockSkew()) async throws -> AWSCredentials?
    {
        let files = try TemporaryFiles()
        let config = try files.write("config", "[profile p]\ncredential_process = '/opt/get keys' --for me\n")
        let commands = CommandRunner { command throws(CommandRunner.Failure) in
            #expect(command.program == "/opt/get keys" && command.arguments == ["--for", "me"])
            return try result.get()
        }
        return try await ProcessCredentials(
            profile: "p", settings: AWSSettings(AWSEnvironment(["AWS_CONFIG_FILE": config])), commands: commands,
            clock: CredentialsClock(runtime: clock.runtime, skew: skew)
        ).load()
    }

    private func printed(_ text: String, _ ending: CommandResult.Ending = .exited(0)) -> Result<CommandResult, CommandRunner.Failure> {
        .success(CommandResult(ending: ending, output: Array(text.utf8), errors: Array("told-in-secret".utf8)))
    }

    private let keys = #""AccessKeyId":"ASIA","SecretAccessKey":"told-in-secret","SessionToken":"t""#

    @Test func `gives keys, with or without an end`() async throws {
        let found = try #require(try await load(printed(#"{"Version":1,\#(keys),"Expiration":"2026-03-01T12:30:00Z"}"#)))
        #expect(found.accessKeyID == "ASIA" && found.sessionToken == Secret("t"))
        #expect(found.expiration == Timestamp(rfc3339: "2026-03-01T12:30:00Z"))
        #expect(try await load(printed(#"{"Version":1,\#(keys)}"#))?.expiration == nil)
    }

    @Test func `whose keys have an end is judged by AWS's clock`() async throws {
        let skew = ClockSkew()
        let now = clock.now.wall
        _ = skew.correct(server: now + .seconds(3600), local: now, threshold: .seconds(30))
        let late = printed(#"{"Version":1,\#(keys),"Expiration":"2026-03-01T13:30:00Z"}"#)
        #expect(try await load(late, skew: skew)?.expiration == Timestamp(rfc3339: "2026-03-01T12:30:00Z"))
        let over = printed(#"{"Version":1,\#(keys),"Expiration":"2026-03-01T12:30:00Z"}"#)
        let error = try await apiError { _ = try await load(over, skew: skew) }
        #expect(error.code == "expired-credentials")
    }

    @Test(arguments: [
        (CommandResult.Ending.exited(3), "/opt/get keys exited with status 3; run it by hand"),
        (.signalled(9), "was ended by signal 9"), (.timedOut, "did not end within 1m"), (.tooMuchOutput, "wrote more than 65536 bytes"),
        (.cancelled, "was cancelled"),
    ])
    func `that does not end well is told by how it ended`(ending: CommandResult.Ending, words: String) async throws {
        let error = try await apiError { _ = try await load(printed("{\(keys)}", ending)) }
        #expect(error.code == "credential-process" && error.api == .credentials)
        #expect(error.disposition == .retry(after: nil))
        #expect(error.message.contains(words), "\(error)")
        #expect(error.resource == "credential_process of profile 'p'")
        #expect(!error.description.contains("told-in-secret"))
    }

    @Test(arguments: [
        ("", "is not the JSON object that AWS asks for"), ("<html>told-in-secret", "is not the JSON object"),
        ("[1]", "is not the JSON object"),
        (#"{"Version":"1","AccessKeyId":"told-in-secret"}"#, "is not the JSON object"),
        (#"{"AccessKeyId":"A","SecretAccessKey":"told-in-secret"}"#, "has a Version other than 1"),
        (#"{"Version":2,"AccessKeyId":"A","SecretAccessKey":"told-in-secret"}"#, "has a Version other than 1"),
        (#"{"Version":1,"SecretAccessKey":"told-in-secret"}"#, "lacks AccessKeyId or SecretAccessKey"),
        (#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":""}"#, "lacks AccessKeyId or SecretAccessKey"),
        (#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"told-in-secret\n"}"#, "white space within"),
        (
            #"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"told-in-secret","Expiration":"tomorrow"}"#,
            "has an Expiration that is not ISO 8601"
        ),
        (
            #"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"told-in-secret","Expiration":"2026-03-01T11:59:59Z"}"#,
            "gave keys that ended at 2026-03-01T11:59:59Z: log in again"
        ),
    ])
    func `whose output can't be used is told by what is wrong with it`(output: String, words: String) async throws {
        let error = try await apiError { _ = try await load(printed(output)) }
        #expect(error.message.contains(words), "\(error)")
        #expect(error.message.contains("/opt/get keys"))
        #expect(!error.description.contains("told-in-secret"))
    }

    @Test(arguments: [
        (CommandRunner.Failure.missing, "there is no program /opt/get keys: install it"),
        (.notStarted("Permission denied"), "can't be started: Permission denied"),
    ])
    func `that can't be started is told by why`(failure: CommandRunner.Failure, words: String) async throws {
        let error = try await apiError { _ = try await load(.failure(failure)) }
        #expect(error.message.contains(words), "\(error)")
    }
}
