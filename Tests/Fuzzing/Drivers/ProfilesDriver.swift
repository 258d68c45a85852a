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
        _ = try? ProfileKeyCredentials(environment: environment).load()
        let transport = FuzzTransport(Array("HTTP/1.1 403 Forbidden\n\n".utf8))
        let connection = AWSConnection(
            transport: transport, runtime: FuzzClock().runtime, environment: environment, skew: ClockSkew())
        let sts = try STSClient(connection, region: "eu-west-1")
        _ = try await ProfileRoleCredentials(
            environment: environment, sts: sts,
            canonical: ["Environment": EnvironmentCredentials(environment: environment)]
        ).load()
    }

    private static func check(_ error: APIError, _ mayShowMark: Bool) throws {
        try error.check(secrets: mayShowMark ? [] : [secretMark])
        if error.code == "configuration-file" { try checkPrintable(error.message) }
    }

    /// What was read is written down and read again.
    private static func checkText(_ bytes: [UInt8]) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        do {
            let file = try ConfigurationFile(text)
            // Beyond ASCII a mark at a value's start joins the character before it.
            guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return }
            let written = file.sections.map { "[\($0.key)]\n" + $0.value.map { "\($0.key)=\($0.value)\n" }.joined() }.joined()
            let again = try ConfigurationFile(written)
            try require(again == file, "read again: \(again), not \(file)")
        } catch let failure as ConfigurationFile.Failure {
            let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count
            try require((1...lines).contains(failure.line), "line \(failure.line) of \(lines)")
            try require(failure.message.utf8.count <= 2000, "an error of \(failure.message.utf8.count) bytes")
        }
    }
}
