package import Commands
import Cryptography
package import Model

/// A profile's `credential_process`: a program that prints credentials.
///
/// No shell sees its line, its output and its time are bounded, and nothing that it prints stands in an error: both of its
/// outputs may hold secrets. They are wiped once they are read; the pieces in which they came through the pipe, and the `String`s
/// that the JSON decoder makes, are not ours to wipe.
///
/// Source: botocore 1.43, credentials.py, ProcessProvider; AWS SDKs and Tools Reference Guide, "Process credential provider".
package struct ProcessCredentials: CredentialsSource {
    package let name: String
    private let line: String?
    private let profile: String
    private let environment: AWSEnvironment
    private let commands: CommandRunner
    private let clock: CredentialsClock

    static let timeLimit = Duration.seconds(60)
    static let outputBytes = 64 * 1024

    package init(profile: String, settings: AWSSettings, commands: CommandRunner, clock: CredentialsClock) {
        self.profile = profile
        self.commands = commands
        self.clock = clock
        name = "credential_process of profile '\(profile)'"
        line = settings.profiles[profile]?["credential_process"]
        environment = settings.environment
    }

    package func load() async throws(APIError) -> AWSCredentials? {
        guard let line else { return nil }
        guard let words = ShellWords.split(line), let program = words.first, !program.isEmpty,
            !words.contains(where: { $0.utf8.contains(0) })
        else {
            throw failure("credential-process", "it is empty, or a quotation in it is not closed: correct the profile")
        }
        let shown = String(program.unicodeScalars.prefix(200))
        var result: CommandResult
        do {
            result = try await commands.run(
                Command(
                    program: program, arguments: Array(words.dropFirst()), environment: environment.variables,
                    outputBytes: Self.outputBytes, timeLimit: Self.timeLimit))
        } catch {
            switch error {
            case .missing:
                throw failure("credential-process", "there is no program \(shown): install it, or correct the profile")
            case .notStarted(let reason):
                throw failure("credential-process", "\(shown) can't be started: \(reason); check the file and its rights")
            }
        }
        defer {
            SecretBytes.wipe(&result.output)
            SecretBytes.wipe(&result.errors)
        }
        if let problem = Self.problem(result.ending) {
            throw failure(
                "credential-process", "\(shown) \(problem); run it by hand to see why (what it printed is not shown: it may be secret)",
                disposition: .retry(after: nil))
        }
        return try credentials(in: result.output, of: shown)
    }

    private static func problem(_ ending: CommandResult.Ending) -> String? {
        switch ending {
        case .exited(0): nil
        case .exited(let status): "exited with status \(status)"
        case .signalled(let signal): "was ended by signal \(signal)"
        case .timedOut: "did not end within \(timeLimit.brief)"
        case .tooMuchOutput: "wrote more than \(outputBytes) bytes"
        case .cancelled: "was cancelled"
        }
    }

    private func credentials(in output: [UInt8], of program: String) throws(APIError) -> AWSCredentials {
        let answer: ProcessAnswer
        do {
            answer = try ProcessAnswer(output)
        } catch {
            throw failure("credential-process", "the output of \(program) \(error.problem); correct the program")
        }
        var expiration: Timestamp?
        if let end = answer.expiration {
            guard let local = clock.remaining(until: end) else {
                throw failure(
                    "expired-credentials", "\(program) gave keys that ended at \(end.rfc3339): log in again, or correct the program",
                    disposition: .denied)
            }
            expiration = local
        }
        return AWSCredentials(
            accessKeyID: answer.accessKeyID, secretAccessKey: answer.secretAccessKey, sessionToken: answer.sessionToken,
            expiration: expiration, source: "credential_process of profile '\(profile)'")
    }
}
