import ArgumentParser
import Foundation
import FoundationNetworking
import Model
import Peers
import Sandbox
import Testing

@testable import drawbridge

/// Every command, told to log all there is, on every kind of identity, against clouds that serve it, that refuse it, and that give back
/// what was sent: nowhere in what is written does a secret stand.
@Suite struct SecretsTests {
    /// A command's arguments, but for the policy and the log's; every command stands here, or with a reason in `withoutIdentity`.
    private static let commands: [String: [[String]]] = [
        "run": [["--interval", "1s", "--listen", "off"]],
        "plan": [["--format", "text"], ["--format", "json"], ["--format", "markdown"]],
        "apply": [["--yes"]],
        "doctor": [["--format", "text"], ["--format", "json"]],
        "explain": [["203.0.113.1"]],
        "status": [["--namespace", "default"]],
        "history": [["--namespace", "default"]],
    ]
    /// They speak to the cluster alone, and keep no log.
    private static let clusterOnly: Set<String> = ["status", "history"]
    /// `demo` makes its own world; `policies` only reads the policy file.
    private static let withoutIdentity: Set<String> = ["demo", "policies"]

    @Test func `every command is among those that are tried`() {
        let all = DrawbridgeCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
        #expect(Set(all) == Set(Self.commands.keys).union(Self.withoutIdentity))
    }

    /// What one identity's commands write, one after the other, and what their processes are called.
    private static func problems(_ identity: SecretIdentity, _ cloud: SecretIdentity.Cloud) async throws -> [String] {
        var problems: [String] = []
        try await SandboxHarness.run(slots: .idle) { harness in
            var arrangement = try await SecretArrangement(identity, cloud, harness)
            defer { arrangement.end() }
            var written: [(command: String, text: String)] = []
            for (command, variants) in commands.sorted(by: { $0.key < $1.key }) {
                // What can't be read is waited for: there one form of each report is enough.
                for (index, arguments) in (cloud == .serving ? variants : [variants[variants.count / 2]]).enumerated() {
                    let isWhole = !clusterOnly.contains(command)
                    let logs = ["--policy", harness.policy, "--log-level", "trace", "--log-format", index % 2 == 0 ? "json" : "text"]
                    let process = try harness.launch(
                        [command] + arguments + (isWhole ? logs : []), adding: arrangement.variables(of: command))
                    var titles = Set(ProcessTitles.of(process.pid))
                    if command == "run" {
                        // Until it has done, or failed to do, what there is to do.
                        try await process.says(cloud == .serving ? "nothing to change" : "ReadingUnknown")
                        titles.formUnion(ProcessTitles.of(process.pid))
                        process.send(SIGTERM)
                    }
                    try await poll(within: .seconds(240)) {
                        titles.formUnion(ProcessTitles.of(process.pid))
                        return process.isRunning ? "\(command) still runs" : nil
                    }
                    let ended = try await process.ended()
                    if ended.errors.isEmpty && isWhole { problems.append("\(command) logged nothing at level trace") }
                    if !titles.contains(where: { $0.contains(isWhole ? harness.policy : command) }) {
                        problems.append("\(command) had no title: \(titles)")
                    }
                    written.append(("\(command)'s titles", titles.sorted().joined(separator: "\n")))
                    written.append((command, ended.output + "\n" + ended.errors))
                }
            }
            // Sessions and tokens that were given out meanwhile.
            arrangement.secrets.add(harness.world, harness.scenario)
            for (command, text) in written {
                problems += arrangement.secrets.found(in: text).prefix(3).map { "\(identity), \(cloud), \(command): \($0)" }
            }
        }
        return problems
    }

    @Test(.enabled(if: Python.executable != nil, "\(Python.isMissing)"), arguments: SecretIdentity.Cloud.allCases)
    func `no command writes a secret`(_ cloud: SecretIdentity.Cloud) async {
        await withTaskGroup(of: Void.self) { tasks in
            for identity in SecretIdentity.allCases where cloud != .echoingTokens || identity.asksForTokens {
                tasks.addTask {
                    do {
                        let problems = try await Self.problems(identity, cloud)
                        #expect(problems.isEmpty, "\(problems)")
                    } catch {
                        Issue.record("\(identity), \(cloud): \(String("\(error)".prefix(3000)))")
                    }
                }
            }
        }
    }

    @Test func `nor does the title of a demonstration tell what its clouds let in`() async throws {
        try await SandboxHarness.run { harness in
            let process = try harness.launch(["demo"])
            var titles: Set<String> = []
            for _ in 0..<200 where process.isRunning {
                titles.formUnion(ProcessTitles.of(process.pid))
                try await Task.sleep(for: .milliseconds(5))
            }
            await process.end()
            var secrets = MarkedSecrets()
            secrets.add(harness.world, harness.scenario)
            #expect(titles.contains { $0.contains("demo") })
            #expect(secrets.found(in: titles.joined(separator: "\n")).isEmpty, "\(titles)")
        }
    }

    @Test(
        .enabled(if: !Sanitizer.isActive, "a sanitizer tells crashes in its own way"),
        arguments: [SIGABRT, SIGSEGV])
    func `nor does a crash, told to show all it can`(_ signal: Int32) async throws {
        let (key, token) = ("Zq7/xK+9=wVb2Tj5RmYc8Ls3Hn6Pd1Gf4Qa0UeWi", "Rk4/vN+8=tZx1Bq7CmJd5Hs9Lw2Pf6Gy3Ta0YeUo")
        try await SandboxHarness.run { harness in
            harness.byHand { world, _ in
                world.aws.credentials[harness.scenario.accessKeyID]?.secret = Secret(key)
                world.kubernetes.authority.tokens[Secret(token)] = world.kubernetes.authority.anonymous
            }
            let kubeconfig = harness.directory.appendingPathComponent("marked-kubeconfig")
            let text = try String(contentsOfFile: try #require(harness.environment["KUBECONFIG"]), encoding: .utf8)
            try Data(text.replacingOccurrences(of: harness.scenario.kubernetesToken.exposed, with: "\"\(token)\"").utf8).write(
                to: kubeconfig)
            var secrets = MarkedSecrets()
            for mark in [key, token, "ya29.c.0"] { secrets.add(random: mark) }
            let process = try harness.controller(
                "--log-level", "trace",
                adding: [
                    "AWS_SECRET_ACCESS_KEY": key, "KUBECONFIG": kubeconfig.path,
                    "SWIFT_BACKTRACE": "enable=yes,color=no,interactive=no,registers=all,threads=all,symbolicate=off",
                ])
            try await process.says("nothing to change")
            process.send(signal)
            try await process.says("Program crashed", within: .seconds(120))
            try await process.says("Backtrace took", within: .seconds(120))
            // A signal that another process sent does not come again by itself when it has been told of.
            await process.end()
            secrets.add(harness.world, harness.scenario)
            let written = process.output + "\n" + process.errors
            #expect(written.contains(/(rax|x0) 0x[0-9a-f]{16}/), "no register was shown, so nothing was looked through")
            let problems = secrets.found(in: written)
            #expect(problems.isEmpty, "\(problems.prefix(5))")
        }
    }

    @Test func `what is looked for would be found`() {
        var secrets = MarkedSecrets()
        secrets.add(random: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLE=KEY")
        for text in [
            "key wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLE=KEY", "cut wJalrXUtnFEMI/K7MD…", "SecretAccessKey=wJalrXUtnFEMI%2FK7MDENG%2BbPx",
            "secret=wJalrXUtnFEMI%2fK7MDENG%2bbPx", #"{"key":"wJalrXUtnFEMI\/K7MDENG+bPx"}"#, #"{"key":"wJalrXUtnFEMI\u002fK7MDENG"}"#,
            Data("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLE=KEY".utf8).base64EncodedString(),
            "Authorization: basic " + Data("u:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLE=KEY".utf8).base64EncodedString(),
            "authorization: Bearer abc.defgh", "Proxy-Authorization: Basic dXNlcjpwYXNz", "token ya29.c.1",
            // "wJalrXUt", as a register shows it, and as memory.
            "rax 0x745558726c614a77 8391724837462", "rsi 0x00007ffd0 77 4a 61 6c 72 58 55 74 wJalrXUt", "x 774a616c72585574",
        ] {
            #expect(!secrets.found(in: "a line\n\(text)\nanother").isEmpty, "\(text)")
        }
        for text in [
            "AKIAIOSFODNN7EXAMPLE may not; ask for sts:AssumeRole", "rax 0x0000000000000000 0", "rsi 77 4a 61 6c 72 58 55 00",
            "77 4a 61 6c nothing 72 58 55 74",
        ] {
            #expect(secrets.found(in: text).isEmpty, "\(text)")
        }
    }
}
