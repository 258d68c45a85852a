import ArgumentParser
import Foundation
import Testing

@testable import drawbridge

/// The commands that the documents show, against the command line and the Makefile.
@Suite struct DeployDocumentsTests {
    /// Every `drawbridge …` of the fenced blocks, also those that kubectl or docker start.
    private static func commands(_ path: String) throws -> [[String]] {
        let text = try DeployFolder.text(path).replacing("\\\n", with: " ")
        let blocks = text.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        let start = /^\s*(?:kubectl .* -- drawbridge|docker run .*\/drawbridge:\S+|drawbridge) (.*)/
        return try blocks.flatMap { $0.split(separator: "\n") }.compactMap { try start.prefixMatch(in: $0).map { words($0.output.1) } }
    }

    /// What a shell would pass on, up to a comment, a pipe or a redirection.
    private static func words(_ text: Substring) -> [String] {
        let ends = ["#", "|", "<", ">", "&&", ";"]
        return text.split(separator: " ").map(String.init).prefix { word in !ends.contains { word.hasPrefix($0) } }
            .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "'\"")) }
    }

    @Test(arguments: [("deploy/README.md", 3)])
    func `each command that a document shows is understood`(path: String, atLeast: Int) throws {
        let commands = try Self.commands(path)
        #expect(commands.count >= atLeast, "\(commands)")
        for command in commands {
            do {
                _ = try DrawbridgeCommand.parseAsRoot(command)
            } catch {
                // --help and --version end the parser too.
                #expect(DrawbridgeCommand.exitCode(for: error) == .success, "\(command): \(DrawbridgeCommand.message(for: error))")
            }
        }
    }

    @Test(arguments: ["CONTRIBUTING.md", "deploy/README.md"])
    func `each target of make that a document names is there`(path: String) throws {
        let makefile = try DeployFolder.text("Makefile")
        let targets = Set(makefile.matches(of: /(?m)^([a-z]+):/).map { String($0.output.1) })
        #expect(targets.contains("test"))
        for match in try DeployFolder.text(path).matches(of: /(?m)(?:`|^)make ([a-z]+)/) {
            #expect(targets.contains(String(match.output.1)), "make \(match.output.1)")
        }
    }
}
