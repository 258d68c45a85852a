import Foundation
import Sandbox
import Testing

/// What the commands say and how they end, before any cloud is asked.
@Suite(.serialized) struct CommandLineTests {
    /// In an empty home, with no cloud configured: a command that asked one would fail, and say so. `@` stands for the directory of the
    /// files.
    private func run(_ first: String..., list: [String] = [], files: [String: String] = [:]) async throws -> Launched.Ended {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("drawbridge-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for (name, text) in files { try Data(text.utf8).write(to: directory.appendingPathComponent(name)) }
        let program = try #require(Executable.url, "drawbridge is not built beside these tests")
        let arguments = (first + list).map { $0.replacingOccurrences(of: "@", with: directory.path + "/") }
        let process = try Launched(
            program, arguments, environment: ["PATH": "/usr/bin:/bin", "HOME": directory.path], directory: directory)
        do {
            return try await process.ended(within: .seconds(60))
        } catch {
            await process.end()
            throw error
        }
    }

    @Test(arguments: [[], ["--nodes", "20", "--operation-time", "50ms"]])
    func `the demo tells its chapters in plain lines and ends with 0`(_ arguments: [String]) async throws {
        let process = try await run("demo", list: arguments)
        #expect(process.status == 0, "\(process)")
        for chapter in [
            "Embedded clouds on loopback", "Before: what `drawbridge plan` reports", "`drawbridge run` closes the loop",
            "A spot node is preempted",
            "An address in use is released", "The loop is closed",
        ] { #expect(process.output.contains("\n\(chapter)"), "\(process)") }
        #expect(!process.output.contains("\u{1B}") && !process.errors.contains("\u{1B}"))
        #expect(process.errors.isEmpty, "\(process.errors)")
    }

    @Test(arguments: [[], ["run"], ["plan"], ["apply"], ["doctor"], ["policies"], ["demo"]])
    func `each command explains itself, with its exit statuses`(_ command: [String]) async throws {
        let process = try await run(list: command + ["--help"])
        #expect(process.status == 0 && process.errors.isEmpty, "\(process)")
        #expect(process.output.contains("USAGE: drawbridge") && process.output.contains("OPTIONS:"))
        if command != ["demo"] { #expect(process.output.contains("Exit status:")) }
    }

    @Test func `the version is a version`() async throws {
        let process = try await run("--version")
        #expect(process.status == 0)
        #expect(process.output.wholeMatch(of: #/\d+\.\d+\.\d+\n/#) != nil, "\(process)")
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completion scripts know the commands`(_ shell: String) async throws {
        let process = try await run("--generate-completion-script", shell)
        #expect(process.status == 0)
        for word in ["apply", "demo", "doctor", "plan", "policies", "run", "policy"] { #expect(process.output.contains(word)) }
        guard shell == "bash" else { return }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("completion-\(UUID().uuidString)")
        try Data(process.output.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let check = try Launched(
            URL(fileURLWithPath: "/bin/bash"), ["-n", file.path], environment: [:], directory: FileManager.default.temporaryDirectory)
        #expect(try await check.ended().status == 0)
    }

    @Test(arguments: [
        ["plan"], ["plan", "--policy", "x", "--format", "xml"], ["run"], ["run", "--policy", "x", "--interval", "soon"],
        ["run", "--policy", "x", "--listen", "8080"], ["run", "--policy", "x", "--listen", "127.0.0.1:70000"],
        ["apply", "--policy", "x", "--approve", "XYZ"], ["apply", "--policy", "x"], ["demo", "--nodes", "0"], ["demo", "--nodes", "many"],
        ["raise"], ["--no-such-flag"], ["doctor"], ["doctor", "--policy", "x", "--format", "markdown"],
        ["plan", "--policy", "x", "--log-level", "loud"],
    ])
    func `a command line that can't be understood ends with 64`(_ arguments: [String]) async throws {
        let process = try await run(list: arguments)
        #expect(process.status == 64, "\(process)")
        #expect(process.output.isEmpty)
        #expect(!process.errors.isEmpty)
    }

    private static let good = SandboxScenario().policyFile

    /// A broken policy, the place that is to be named, and what is to be named there.
    struct Broken: Sendable, CustomTestStringConvertible {
        var name: String
        var find: String
        var replace: String
        var expected: [String]
        var testDescription: String { name }
    }

    @Test(arguments: [
        Broken(
            name: "unknown key", find: "foreignRules: revoke", replace: "foriegnRules: revoke", expected: ["foriegnRules", "foreignRules"]),
        Broken(name: "wrong type", find: "port: 5432", replace: "port: postgres", expected: ["postgres", "port"]),
        Broken(name: "no choice made", find: "      foreignRules: revoke\n", replace: "", expected: ["foreignRules"]),
        Broken(name: "host bits", find: "cidr: 10.0.0.0/16", replace: "cidr: 10.0.0.1/16", expected: ["10.0.0.1/16", "10.0.0.0/16"]),
        Broken(name: "no region", find: "regions: [europe-west1]", replace: "regions: [europe]", expected: ["europe"]),
        Broken(name: "no AWS region", find: "region: eu-west-1", replace: "region: europe-west1", expected: ["europe-west1"]),
        Broken(name: "no group", find: "id: sg-0a1b2c3d4e5f60718", replace: "id: orders-db", expected: ["orders-db", "sg-"]),
        Broken(name: "no labels", find: "labels: {drawbridge: orders-db}", replace: "labels: {}", expected: ["labels"]),
        Broken(name: "not YAML", find: "spec:", replace: "spec: [", expected: []),
    ])
    func `a policy that does not validate is refused with its place, and nothing is started`(_ broken: Broken) async throws {
        let text = Self.good.replacingOccurrences(of: broken.find, with: broken.replace)
        try #require(text != Self.good)
        for command in [["plan"], ["run", "--listen", "127.0.0.1:0"], ["apply", "--yes"], ["doctor"]] {
            let process = try await run(list: command + ["--policy", "@policy.yaml"], files: ["policy.yaml": text])
            #expect(process.status == 1, "\(process)")
            #expect(process.output.isEmpty)
            #expect(process.errors.contains(#/policy\.yaml:\d+:\d+: /#), "\(process)")
            for words in broken.expected { #expect(process.errors.contains(words), "\(process)") }
            #expect(!process.errors.contains("starting") && !process.errors.contains("serving"), "\(process)")
        }
    }

    @Test(arguments: [("name: orders-db", "name: orders-db"), ("name: orders-db", "name: other")])
    func `two policies of one name, or with one pool and port, are refused at the second one's place`(_ names: (String, String))
        async throws
    {
        let second = Self.good.replacingOccurrences(of: names.0, with: names.1)
        let process = try await run("plan", "--policy", "@policy.yaml", files: ["policy.yaml": Self.good + "---\n" + second])
        #expect(process.status == 1, "\(process)")
        let lines = Self.good.split(separator: "\n", omittingEmptySubsequences: false).count
        let places = process.errors.matches(of: #/policy\.yaml:(\d+):\d+: /#).compactMap { Int($0.output.1) }
        #expect(!places.isEmpty && places.allSatisfy { $0 >= lines }, "\(process)")
    }

    @Test func `a policy file that is not there is named`() async throws {
        let process = try await run("plan", "--policy", "@nowhere.yaml")
        #expect(process.status == 1 && process.errors.contains("nowhere.yaml"), "\(process)")
    }

    @Test func `without a cluster configured, a policy with nodes says so`() async throws {
        let process = try await run("plan", "--policy", "@policy.yaml", files: ["policy.yaml": Self.good])
        #expect(process.status == 1 && process.errors.contains("no cluster is configured"), "\(process)")
    }
}
