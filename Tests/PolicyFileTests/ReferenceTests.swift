import Foundation
import PolicyFile
import Testing

@Suite struct `The reference of policies` {
    private struct Row { var key, type, required: String }

    /// Rows of the tables whose first cell is a key in backquotes.
    private func rows() throws -> [Row] {
        let text = String(decoding: try Golden.bytes("README.md", in: Golden.policies), as: UTF8.self)
        let reference = try #require(text.components(separatedBy: "## Reference").last?.components(separatedBy: "\n## ").first)
        return reference.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("| `") else { return nil }
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 5 else { return Row(key: "malformed: \(line)", type: "", required: "") }
            return Row(key: cells[0].trimmingCharacters(in: ["`"]), type: cells[1], required: cells[2])
        }
    }

    @Test func `names every key, in order, and no other`() throws {
        #expect(try rows().map(\.key) == PolicySchema.keys.map(\.path))
    }

    @Test func `says rightly what is required and what the defaults are`() throws {
        let told = Dictionary(uniqueKeysWithValues: try rows().map { ($0.key, $0.required) })
        for key in PolicySchema.keys {
            let expected = key.isRequired ? "required" : key.default.map { $0.contains(" ") ? $0 : "`\($0)`" } ?? "–"
            #expect(told[key.path] == expected, "\(key.path)")
        }
    }

    @Test func `its examples are valid policies`() throws {
        let text = String(decoding: try Golden.bytes("README.md", in: Golden.policies), as: UTF8.self)
        let blocks = text.components(separatedBy: "```yaml\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
        let documents = blocks.filter { $0.hasPrefix("apiVersion:") }
        #expect(!documents.isEmpty)
        for document in documents {
            #expect(throws: Never.self) { try PolicyFile.parse(Array(document.utf8), name: "README.md") }
        }
    }
}
