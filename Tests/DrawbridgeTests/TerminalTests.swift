import Foundation
import Sandbox
import Testing

/// What a person sees who runs it on a terminal: colour, a live line, a question.
@Suite(.serialized) struct TerminalTests {
    private func demo(_ terminal: Terminal, _ variables: [String: String]) async throws -> Launched.Ended {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("drawbridge-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let program = try #require(Executable.url, "drawbridge is not built beside these tests")
        let process = try Launched(
            program, ["demo"], environment: ["PATH": "/usr/bin:/bin", "HOME": directory.path].merging(variables) { $1 },
            directory: directory,
            terminal: terminal)
        do {
            return try await process.ended(within: .seconds(60))
        } catch {
            await process.end()
            throw error
        }
    }

    @Test(arguments: [200, 30]) func `the demo is coloured, and its live line leaves nothing behind`(columns: Int) async throws {
        let terminal = try Terminal(columns: columns)
        let ended = try await demo(terminal, ["TERM": "xterm-256color"])
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.output.contains("\u{1B}[32mapplied "), "a word in colour")
        #expect(ended.output.contains("\r\u{1B}[2K\u{1B}[2m"), "a live line")
        let screen = terminal.screen
        #expect(screen.contains { $0.hasPrefix("The loop is closed") })
        // Each live line was overwritten or erased whole: none is left between what was told.
        let live = ended.output.components(separatedBy: "\r\u{1B}[2K\u{1B}[2m").dropFirst().compactMap {
            $0.components(separatedBy: "\u{1B}[0m").first
        }
        #expect(!live.isEmpty && live.allSatisfy { $0.count < columns })
        #expect(screen.filter { row in live.contains { !$0.isEmpty && row.hasPrefix($0) } } == [])
    }

    @Test(arguments: [(["TERM": "dumb"], false), (["TERM": "xterm", "NO_COLOR": "1"], true)])
    func `it is plain where colour is not wanted`(variables: [String: String], isLive: Bool) async throws {
        let terminal = try Terminal(columns: 120)
        let ended = try await demo(terminal, variables)
        #expect(ended.status == 0, "\(ended)")
        #expect(!ended.output.contains("\u{1B}[32m"))
        #expect(ended.output.contains("\u{1B}[2K") == isLive)
        #expect(terminal.screen.contains { $0.hasPrefix("The loop is closed") })
    }

    @Test(arguments: [("yes", true), ("y", false), ("", false), ("no", false)])
    func `apply asks, and only a whole yes agrees`(answer: String, agrees: Bool) async throws {
        try await SandboxHarness.run { harness in
            let terminal = try Terminal(columns: 120)
            let before = harness.world
            let apply = try harness.launch(["apply", "--policy", harness.policy], adding: ["TERM": "xterm"], terminal: terminal)
            try await poll(within: .seconds(30)) {
                terminal.written.contains("Apply? Only \"yes\"") ? nil : "not asked yet:\n\(terminal.written)"
            }
            #expect(
                harness.world.writes == before.writes && harness.world.leaseHolder() == before.leaseHolder(), "nothing before the answer")
            try terminal.type(answer + "\n")
            let ended = try await apply.ended()
            #expect(ended.status == (agrees ? 0 : 1), "\(ended)")
            #expect(ended.output.contains(agrees ? "Converged, as read back." : "nothing was written"), "\(ended)")
            #expect(harness.world.openMatters(harness.scenario).isEmpty == agrees)
            if !agrees { #expect(harness.world.writes == before.writes) }
        }
    }

    @Test func `run logs lines for people there, and JSON lines elsewhere`() async throws {
        try await SandboxHarness.run { harness in
            let terminal = try Terminal(columns: 120)
            let onTerminal = try harness.launch(
                ["run", "--policy", harness.policy, "--listen", "off"], adding: ["TERM": "xterm"], terminal: terminal)
            try await harness.closes(of: onTerminal)
            onTerminal.send(SIGTERM)
            let ended = try await onTerminal.ended()
            #expect(ended.status == 0)
            #expect(terminal.screen.contains { $0.contains("was swapped") || $0.contains("Bound") || $0.contains("bound") }, "\(ended)")
            #expect(!ended.output.contains("{\""), "\(ended)")

            let elsewhere = try harness.controller()
            try await poll(within: .seconds(30)) { elsewhere.errors.contains("\n") ? nil : "nothing logged" }
            elsewhere.send(SIGTERM)
            let lines = try await elsewhere.ended().errors.split(separator: "\n")
            for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
    }
}
