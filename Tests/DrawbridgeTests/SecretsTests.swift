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
    /// An identity, and where its secrets are.
    enum Identity: String, CaseIterable, Sendable {
        case keys, externalID, profile, process, container, webIdentity, google, serviceAccountKey, authorizedUser, execPlugin
    }

    enum Cloud: String, CaseIterable, Sendable { case serving, refusing, echoing }

    /// A command's arguments, but for the policy and the log's; every command stands here, or with a reason in `withoutIdentity`.
    private static let commands: [String: [[String]]] = [
        "run": [["--interval", "1s", "--listen", "off"]],
        "plan": [["--format", "text"], ["--format", "json"], ["--format", "markdown"]],
        "apply": [["--yes"]],
        "doctor": [["--format", "text"], ["--format", "json"]],
    ]
    /// `demo` makes its own world; `policies` only reads the policy file.
    private static let withoutIdentity: Set<String> = ["demo", "policies"]

    @Test func `every command is among those that are tried`() {
        let all = DrawbridgeCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
        #expect(Set(all) == Set(Self.commands.keys).union(Self.withoutIdentity))
    }

    private struct Arrangement {
        var variables: [String: String] = [:]
        var secrets = MarkedSecrets()
    }

    private static func file(_ harness: SandboxHarness, _ name: String, _ text: String) throws -> String {
        let url = harness.directory.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: url.path)
        return url.path
    }

    /// Sets the identity up: what the process is given, what the policy says, what the world knows of it.
    private static func arrange(_ identity: Identity, _ harness: SandboxHarness) async throws -> Arrangement {
        let scenario = harness.scenario
        var arrangement = Arrangement()
        let withoutKeys = ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""]
        func role(_ more: String) throws {
            try harness.editPolicy {
                $0.replacingOccurrences(
                    of: "      region: eu-west-1\n", with: "      region: eu-west-1\n      roleArn: \(scenario.roleARN)\n\(more)")
            }
        }
        switch identity {
        case .keys: break
        case .externalID:
            arrangement.secrets.add("external-id-7f3a9c")
            harness.byHand { world, _ in world.aws.roles[scenario.roleARN]?.externalID = "external-id-7f3a9c" }
            try role("      externalId: external-id-7f3a9c\n")
        case .profile:
            let keys = "aws_access_key_id=\(scenario.accessKeyID)\naws_secret_access_key=\(scenario.secretAccessKey.exposed)"
            arrangement.variables = withoutKeys.merging([
                "AWS_PROFILE": "prod",
                "AWS_CONFIG_FILE": try file(
                    harness, "config", "[profile prod]\nrole_arn=\(scenario.roleARN)\nsource_profile=base\n[profile base]\n\(keys)\n"),
            ]) { $1 }
        case .process:
            let answer =
                #"{"Version":1,"AccessKeyId":"\#(scenario.accessKeyID)","SecretAccessKey":"\#(scenario.secretAccessKey.exposed)"}"#
            // What it says on standard error is a secret as well.
            let script = try file(
                harness, "process", "#!/bin/sh\necho \(scenario.secretAccessKey.exposed) >&2\necho '\(answer)'\n")
            arrangement.variables = withoutKeys.merging([
                "AWS_PROFILE": "prod",
                "AWS_CONFIG_FILE": try file(harness, "config", "[profile prod]\ncredential_process = \(script)\n"),
            ]) { $1 }
        case .container:
            arrangement.secrets.add("container-authorization-token")
            arrangement.variables = withoutKeys.merging([
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/credentials",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": "container-authorization-token",
            ]) { $1 }
        case .webIdentity:
            let token = try await identityToken(harness)
            arrangement.secrets.add(token)
            arrangement.variables = withoutKeys.merging([
                "AWS_ROLE_ARN": scenario.roleARN, "AWS_WEB_IDENTITY_TOKEN_FILE": try file(harness, "token", token),
            ]) { $1 }
        case .google:
            arrangement.variables = withoutKeys
            try role("      identity: google\n")
        case .serviceAccountKey:
            let path = harness.directory.appendingPathComponent("service-account.json")
            let content = try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any]
            let key = try #require(content?["private_key"] as? String)
            for line in key.split(separator: "\n") where !line.hasPrefix("-") { arrangement.secrets.add(String(line)) }
            arrangement.variables = ["GOOGLE_APPLICATION_CREDENTIALS": path.path]
        case .authorizedUser:
            for secret in ["client-secret-0123456789", "refresh-token-0123456789"] { arrangement.secrets.add(secret) }
            harness.byHand { world, _ in
                world.google.refreshTokens[Secret("refresh-token-0123456789")] = scenario.serviceAccount
            }
            let content =
                #"{"type":"authorized_user","client_id":"id","client_secret":"client-secret-0123456789","#
                + #""refresh_token":"refresh-token-0123456789","token_uri":"\#(harness.servers.endpoints.oauth)"}"#
            arrangement.variables = ["GOOGLE_APPLICATION_CREDENTIALS": try file(harness, "user.json", content)]
        case .execPlugin:
            let answer =
                #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"\#(scenario.kubernetesToken.exposed)"}}"#
            let plugin = try file(harness, "plugin", "#!/bin/sh\necho \(scenario.kubernetesToken.exposed) >&2\necho '\(answer)'\n")
            let text = try String(contentsOfFile: try #require(harness.environment["KUBECONFIG"]), encoding: .utf8)
            let user =
                "exec: {apiVersion: client.authentication.k8s.io/v1, command: \(plugin), interactiveMode: Never, env: [{name: PLUGIN_SECRET, value: plugin-secret-0123456789}]}"
            arrangement.secrets.add("plugin-secret-0123456789")
            arrangement.variables = [
                "KUBECONFIG": try file(
                    harness, "exec-kubeconfig", text.replacingOccurrences(of: "token: \(scenario.kubernetesToken.exposed)", with: user))
            ]
        }
        return arrangement
    }

    /// A token of the embedded metadata server.
    private static func identityToken(_ harness: SandboxHarness) async throws -> String {
        let url = try #require(
            URL(
                string:
                    "\(harness.servers.endpoints.metadata)/computeMetadata/v1/instance/service-accounts/default/identity?audience=sts.amazonaws.com&format=full"
            ))
        var request = URLRequest(url: url)
        request.setValue("Google", forHTTPHeaderField: "Metadata-Flavor")
        return String(decoding: try await URLSession.shared.data(for: request).0, as: UTF8.self)
    }

    /// The cluster, too, echoes: but not to `run`, which would wait for its lease.
    private static func echoingKubeconfig(_ harness: SandboxHarness, _ url: String, _ arrangement: Arrangement) throws -> String {
        let path = try #require(arrangement.variables["KUBECONFIG"] ?? harness.environment["KUBECONFIG"])
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return try file(harness, "echoing-kubeconfig", text.replacingOccurrences(of: harness.servers.endpoints.kubernetes, with: url))
    }

    /// What makes the clouds what they are to be.
    private static func make(
        _ cloud: Cloud, _ harness: SandboxHarness, _ echo: EchoServer?, _ arrangement: inout Arrangement
    ) throws {
        switch cloud {
        case .serving: break
        case .refusing:
            harness.byHand { world, _ in
                world.google.revokeTokens()
                world.aws.credentials = [:]
                world.aws.roles = [:]
                world.google.refreshTokens = [:]
                world.compute.deniedPermissions = ["compute.addresses.list", "compute.instances.get"]
            }
        case .echoing:
            guard let echo else { return }
            let url = "http://127.0.0.1:\(echo.port)"
            arrangement.variables.merge([
                "ECHOING_KUBECONFIG": try echoingKubeconfig(harness, url, arrangement), "AWS_ENDPOINT_URL_EC2": url,
                "AWS_ENDPOINT_URL_STS": url, "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE": url,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": arrangement.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] == nil
                    ? "" : "\(url)/credentials",
            ]) { $1 }
        }
    }

    /// What one identity's commands write, one after the other.
    private static func problems(_ identity: Identity, _ cloud: Cloud) async throws -> [String] {
        var problems: [String] = []
        try await SandboxHarness.run(slots: .idle) { harness in
            var arrangement = try await arrange(identity, harness)
            let echo = cloud == .echoing ? try EchoServer() : nil
            defer { echo?.end() }
            try make(cloud, harness, echo, &arrangement)
            arrangement.secrets.add(harness.world, harness.scenario)
            var written: [(command: String, text: String)] = []
            for (command, variants) in commands.sorted(by: { $0.key < $1.key }) {
                // What can't be read is waited for: there one form of each report is enough.
                for (index, arguments) in (cloud == .serving ? variants : [variants[variants.count / 2]]).enumerated() {
                    let logs = ["--log-level", "trace", "--log-format", index % 2 == 0 ? "json" : "text"]
                    var variables = arrangement.variables
                    if command != "run", let kubeconfig = variables["ECHOING_KUBECONFIG"] { variables["KUBECONFIG"] = kubeconfig }
                    let process = try harness.launch([command, "--policy", harness.policy] + arguments + logs, adding: variables)
                    if command == "run" {
                        // Until it has done, or failed to do, what there is to do.
                        try await process.says(cloud == .serving && identity != .container ? "nothing to change" : "ReadingUnknown")
                        let title = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(process.pid)/cmdline"))
                        written.append(("\(command)'s title", String(decoding: title, as: UTF8.self)))
                        process.send(SIGTERM)
                    }
                    let ended = try await process.ended(within: .seconds(240))
                    if ended.errors.isEmpty { problems.append("\(command) logged nothing at level trace") }
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

    @Test(.enabled(if: Python.executable != nil, "\(Python.isMissing)"), arguments: Cloud.allCases)
    func `no command writes a secret`(_ cloud: Cloud) async {
        await withTaskGroup(of: Void.self) { tasks in
            for identity in Identity.allCases {
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

    @Test(arguments: [SIGABRT, SIGSEGV])
    func `nor does a crash, told to show all it can`(_ signal: Int32) async throws {
        try await SandboxHarness.run { harness in
            var secrets = MarkedSecrets()
            let process = try harness.controller(
                "--log-level", "trace",
                adding: ["SWIFT_BACKTRACE": "enable=yes,color=no,interactive=no,registers=all,threads=all,symbolicate=off"])
            try await process.says("nothing to change")
            process.send(signal)
            try await process.says("Program crashed", within: .seconds(120))
            try await process.says("Backtrace took", within: .seconds(120))
            // A signal that another process sent does not come again by itself when it has been told of.
            await process.end()
            secrets.add(harness.world, harness.scenario)
            let problems = secrets.found(in: process.output + "\n" + process.errors)
            #expect(problems.isEmpty, "\(problems.prefix(5))")
        }
    }

    @Test func `what is looked for would be found`() {
        var secrets = MarkedSecrets()
        secrets.add("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
        for text in [
            "key wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "cut wJalrXUtnFEMI/K7MD…", "SecretAccessKey=wJalrXUtnFEMI%2FK7MDENG%2BbPx",
            Data("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".utf8).base64EncodedString(), "authorization: Bearer abc.defgh",
            "token ya29.c.1",
        ] {
            #expect(!secrets.found(in: "a line\n\(text)\nanother").isEmpty, "\(text)")
        }
        #expect(secrets.found(in: "AKIAIOSFODNN7EXAMPLE may not; ask for sts:AssumeRole").isEmpty)
    }
}
