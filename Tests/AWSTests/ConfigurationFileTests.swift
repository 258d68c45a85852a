import Foundation
import Model
import Peers
import Testing

@testable import AWS

struct `AWS's configuration files` {
    @Test(arguments: [
        ("[a\n", 1), ("\nk = v\n", 2), ("[a]\nnonsense\n", 2), ("[a]\nk=1\nK=2\n", 3), ("[a]\n\n[a]\n", 3), ("[a]\n= v\n", 2),
        ("[a]\ns =\n  k = 1\n  nonsense\n", 4), ("[DEFAULT]\nk=1\nk:2\n", 3), ("\u{FEFF}[a]\n", 1),
    ])
    func `what can't be read is an error with its line`(text: String, line: Int) {
        #expect { try ConfigurationFile(text) } throws: { ($0 as? ConfigurationFile.Failure)?.line == line }
    }

    /// Needs Python with botocore, which `make test` installs.
    @Test(
        .enabled(if: Python.executable != nil, "\(Python.isMissing)"),
        arguments: [
            ("[default]\nRegion = eu-west-1 # no comment\nempty =\nurl = a#b;c=d\n# c\n; c\n", ""),
            ("[profile x]\r\nk = v\r\n\r\n[profile \"two words\"]\nk=1\n[profile 'one']\nk=2\n", "[x]\nk = wins\nmore = 1\n"),
            ("[default]\ns3 =\n  deep = 1\n  deeper = 2\nk = 1\n", "[default]\nk = 2\n"),
            ("[profile\tt]\nk = 1\n", "[other]\naws_access_key_id=A\n"),
            ("[x]\nk = not a profile\n", ""), ("[profile default]\nk = 1\n", ""), ("", ""), ("[sso-session s]\nk=1\n", ""),
            ("[default]\nk = 1\nk = 2\n", ""), ("[default]\nk\n", ""), ("[default\n", ""), ("k = 1\n", ""),
            ("[ default ]\nk = 1\n", ""), ("[default] x\nk : 1\n", ""),
            ("[DEFAULT]\nk = 1\n[profile a]\nj = 2\n[profile b]\nk = 3\n", "[a]\nk = 4\n[DEFAULT]\nm = 5\n"),
            ("[profile a]\nk = 1\n  and more\n\n  and after\nj = 2\n", "[b]\nk=1\n k = 2\n"),
            ("[profile a]\nk = 1\r  and more\rj = 2\u{85}x\n\u{B}y\n", ""),
            ("[profile a]\nk = 1\n[profile 'a']\nj = 2\n", ""), ("[profile default]\nk = 1\n[default]\nj = 2\n", ""),
            ("[default]\nj = 2\n[profile default]\nk = 1\n", ""), ("[profilex a]\nk = 1\n", "[profile b]\nk = 1\n"),
            ("[profile a b]\nk = 1\n[profile 'a]\nk = 2\n[profile a\\ b]\nk = 3\n[profile]\nk=1\n", ""),
            ("[profile a]b]\nk = 1\n[]\nk = 2\n", ""), ("[profile a]\ns =\n  k = 1\n  # c\n  j\n", ""),
            ("[profile a]\n  k = 1\n j = 2\n", ""), ("\u{FEFF}[default]\nk = 1\n", ""), ("[default]\nÄ Ö = ü\u{A0}\n", ""),
            ("[default]\nk = 1\n[a = b\n", ""), ("[default]\n= v\n", ""),
        ])
    func `they mean what they mean to botocore`(config: String, credentials: String) async throws {
        let files = try TemporaryFiles()
        let environment = [
            "AWS_CONFIG_FILE": try files.write("config", config),
            "AWS_SHARED_CREDENTIALS_FILE": try files.write("credentials", credentials),
        ]
        let theirs = try await botocore(environment)
        let ours = try? SharedProfiles(environment: AWSEnvironment(environment))
        let flat = ours.map { profiles in
            Dictionary(
                uniqueKeysWithValues: profiles.names.map { ($0, profiles[$0]!.filter { !$0.value.isEmpty || $0.key == "empty" }) }
            )
        }
        #expect(flat == theirs)
    }

    /// - Returns: `nil` when botocore refuses the files.
    private func botocore(_ environment: [String: String]) async throws -> [String: [String: String]]? {
        let (process, output) = (Process(), Pipe())
        process.executableURL = Python.executable
        process.arguments = [Repository.file("Tests/AWSTests/Peers/shared_profiles.py").path]
        process.environment = environment
        process.standardOutput = output
        try process.run()
        let data = try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                let data = output.fileHandleForReading.readDataToEndOfFile()
                process.waitUntilExit()
                continuation.resume(with: Result { data })
            }
        }
        return try JSONDecoder().decode([String: [String: String]]?.self, from: data)
    }
}
