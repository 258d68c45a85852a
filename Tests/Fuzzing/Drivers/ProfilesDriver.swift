import Commands
import Foundation
import HTTP
import Model

@testable import AWS

/// AWS's shared files: config, then credentials.
enum ProfilesDriver {
    static func run(_ input: [UInt8]) async throws {
        let parts = FuzzInput.parts(input, atMost: 2)
        let mayShowMark = !FuzzInput.marksOnlySecrets(
            String(decoding: input, as: UTF8.self),
            after: ["aws_secret_access_key = ", "aws_session_token = ", "aws_secret_access_key=", "aws_session_token="])
        for part in parts { try checkText(part) }
        let folder = try FuzzFolder()
        var variables = ["AWS_CONFIG_FILE": try folder.write("config", parts[0]), "HOME": folder.path]
        if parts.count > 1 { variables["AWS_SHARED_CREDENTIALS_FILE"] = try folder.write("credentials", parts[1]) }
        do throws(APIError) {
            let names = try SharedProfiles(environment: AWSEnvironment(variables)).names
            for name in names.prefix(4) + ["default", "absent"] {
                variables["AWS_PROFILE"] = name
                try await load(AWSEnvironment(variables), mayShowMark: mayShowMark)
            }
        } catch {
            try check(error, mayShowMark)
        }
    }

    private static func load(_ environment: AWSEnvironment, mayShowMark: Bool) async throws(APIError) {
        let transport = FuzzTransport(Array("HTTP/1.1 403 Forbidden\n\n".utf8))
        let connection = AWSConnection(
            transport: transport, runtime: FuzzClock().runtime, environment: environment, skew: ClockSkew())
        // No endpoint of the files: a fuzzed URL is for the resolution's own tests.
        let sts = try STSClient(
            AWSConnection(
                transport: transport, runtime: FuzzClock().runtime, environment: AWSEnvironment([:]), skew: ClockSkew()),
            region: "eu-west-1")
        let echo = CommandRunner { command throws(CommandRunner.Failure) in
            CommandResult(ending: .exited(0), output: Array(command.arguments.joined(separator: " ").utf8), errors: [])
        }
        _ = try await CredentialsChain.standard(connection, sts: sts, metadataTransport: transport, commands: echo).credentials()
    }

    private static func check(_ error: APIError, _ mayShowMark: Bool) throws {
        try error.check(secrets: mayShowMark ? [] : [secretMark])
        if error.code == "configuration-file" { try checkPrintable(error.message) }
    }

    private static func write(_ key: String, _ value: ConfigurationFile.Value) -> String {
        switch value {
        case .text(let text): "\(key)=\(text.replacing("\n", with: "\n "))\n"
        case .settings(let settings): "\(key)=\n" + settings.map { " \($0.key)=\($0.value)\n" }.joined()
        }
    }

    /// What was read is written down and read again.
    private static func checkText(_ bytes: [UInt8]) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        do {
            let file = try ConfigurationFile(text)
            // Beyond ASCII a mark at a value's start joins the character before it.
            guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return }
            let written = file.sections.map { "[\($0.name)]\n" + $0.values.map { write($0.key, $0.value) }.joined() }.joined()
            let again = try ConfigurationFile(written)
            try require(again == file, "read again: \(again), not \(file)")
        } catch let failure as ConfigurationFile.Failure {
            let lines = text.unicodeScalars.count { $0 == "\n" || $0 == "\r" } + 1
            try require((1...lines).contains(failure.line), "line \(failure.line) of \(lines)")
            try require(failure.message.utf8.count <= 2000, "an error of \(failure.message.utf8.count) bytes")
        }
    }
}
