import ArgumentParser
import Testing

@testable import drawbridge

/// Which options of `status`, `explain` and `history` go together, and what a token is sent over.
@Suite struct StatusOptionsTests {
    private func refusal(_ arguments: [String]) -> String? {
        do {
            _ = try DrawbridgeCommand.parseAsRoot(arguments)
            return nil
        } catch {
            return DrawbridgeCommand.fullMessage(for: error)
        }
    }

    @Test(arguments: [
        "http://drawbridge.example.com", "http://10.0.0.7:8080", "http://drawbridge.drawbridge:8080/", "http://127.0.0.1.example.com",
        "http://127.0.0.1@example.com", "http://localhost.example.com:8080", "http://0.0.0.0:8080",
    ])
    func `a token is sent to no other machine in the clear`(url: String) throws {
        for command in [["status"], ["explain", "x"], ["history"]] {
            let refused = try #require(refusal(command + ["--url", url, "--token-file", "t"]))
            #expect(refused.contains("--token-file") && refused.contains("--url is https"), "\(refused)")
            #expect(refusal(command + ["--url", url]) == nil, "without a token there is no secret")
        }
    }

    @Test(arguments: [
        "https://drawbridge.example.com", "http://127.0.0.1:8080", "http://localhost:8080/", "http://[::1]:8080", "http://127.0.0.9",
    ])
    func `a token is sent by https, and to this machine`(url: String) {
        for command in [["status"], ["explain", "x"], ["history"]] {
            #expect(refusal(command + ["--url", url, "--token-file", "t"]) == nil)
        }
    }

    @Test(arguments: [
        (["status", "--url", "http://u", "--service", "s"], ["--url", "--service"]),
        (["status", "--url", "http://u", "--port", "80"], ["--url", "--port"]),
        (["explain", "x", "--url", "http://u", "--namespace", "n"], ["--url", "--namespace"]),
        (["explain", "x", "--policy", "p", "--url", "http://u"], ["--policy", "--url"]),
        (["explain", "x", "--policy", "p", "--service", "s"], ["--policy", "--service"]),
        (["explain", "x", "--policy", "p", "--namespace", "n"], ["--policy", "--namespace"]),
        (["history", "--url", "http://u", "--lease-name", "l"], ["--url", "--lease-name"]),
        (["history", "--url", "http://u", "--namespace", "n"], ["--url", "--namespace"]),
        (["history", "--service", "s"], ["--service"]), (["history", "--port", "80"], ["--port"]),
        (["status", "--token-file", "t"], ["--token-file", "--url"]), (["status", "--port", "0"], ["--port"]),
        (["status", "--url", "127.0.0.1:8080"], ["--url"]),
    ])
    func `an option that would mean nothing is refused, with the one that it does not go with`(arguments: [String], flags: [String]) throws
    {
        let refused = try #require(refusal(arguments))
        for flag in flags { #expect(refused.contains(flag), "\(refused)") }
    }

    @Test(arguments: [
        ["status"], ["status", "--namespace", "n", "--service", "s", "--port", "80"], ["status", "--url", "http://u"],
        ["explain", "x", "--policy", "p"], ["explain", "x", "--service", "s"], ["history", "--namespace", "n", "--lease-name", "l"],
        ["history", "--url", "https://u", "--token-file", "t"],
    ])
    func `the others are taken`(arguments: [String]) { #expect(refusal(arguments) == nil) }

    @Test(arguments: ["status", "explain", "history"])
    func `the help tells what is meant where an option is left out`(command: String) {
        let help = DrawbridgeCommand.helpMessage(
            for: command == "status" ? StatusCommand.self : command == "explain" ? ExplainCommand.self : HistoryCommand.self)
        #expect(help.contains("(default: drawbridge)"), "\(help)")
    }
}
