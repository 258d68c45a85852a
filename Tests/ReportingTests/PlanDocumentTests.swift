import Foundation
import Planning
import Reporting
import Testing

@Suite struct `The JSON of a plan` {
    private func object(_ name: String) throws -> [String: Any] {
        let json = PlanDocument(try #require(PlanCases.all[name])).json
        return try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    /// Every mapping, with its path; the elements of a list share one.
    private func mappings(_ value: Any, _ path: String = "") -> [(path: String, keys: Set<String>, values: [String: Any])] {
        if let list = value as? [Any] { return list.flatMap { mappings($0, path + "[]") } }
        guard let mapping = value as? [String: Any] else { return [] }
        return [(path, Set(mapping.keys), mapping)]
            + mapping.flatMap { mappings($0.value, path.isEmpty ? $0.key : "\(path).\($0.key)") }
    }

    @Test(arguments: PlanCases.all.keys.sorted())
    func `is valid, versioned, and has its keys sorted`(name: String) throws {
        let json = PlanDocument(try #require(PlanCases.all[name])).json
        let value = try object(name)
        #expect(value["version"] as? Int == PlanDocument.version)
        #expect((value["policies"] as? [Any])?.count == PlanCases.all[name]?.count)
        // Keys of one mapping stand at one depth, and a shallower line lies between two mappings.
        var last: [Int: String] = [:]
        for line in json.split(separator: "\n") {
            let depth = line.prefix { $0 == " " }.count
            last = last.filter { $0.key <= depth }
            guard let key = line.firstMatch(of: /^ *"([A-Za-z]+)" :/)?.1 else { continue }
            #expect(last[depth].map { $0 < key } ?? true, "\(line)")
            last[depth] = String(key)
        }
    }

    /// The lines of `PlanDocument`'s doc comment.
    private func reference() throws -> [String] {
        let root = Golden.folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("Sources/Reporting/PlanDocument.swift"), encoding: .utf8)
        return text.split(separator: "\n").filter { $0.hasPrefix("///") }.map(String.init)
    }

    @Test func `has no key that its reference doesn't name`() throws {
        let text = try reference().joined(separator: "\n")
        let named = Set(text.matches(of: /`([A-Za-z]+)[?\[\]]*`/).map { String($0.1) })
        for name in PlanCases.all.keys {
            for mapping in mappings(try object(name)) { #expect(mapping.keys.subtracting(named) == [], "\(mapping.path)") }
        }
    }

    @Test func `has the words that its reference lists, and no others`() throws {
        var listed: [String: Set<String>] = [:]
        var key = ""
        for line in try reference() {
            guard let row = line.wholeMatch(of: /\/\/\/ \| (.*) ?\| `([A-Za-z]+)` \| .* \|/) else { continue }
            let cell = row.1.trimmingCharacters(in: .whitespaces)
            if !cell.isEmpty { key = cell }
            listed[key, default: []].insert(String(row.2))
        }
        var met: [String: Set<String>] = [:]
        for name in PlanCases.all.keys {
            for mapping in mappings(try object(name)) {
                let owner = mapping.path.split(separator: ".").last.map(String.init) ?? ""
                let keys = [
                    ("cause", "`cause`"), ("sourceType", "`sourceType`"), ("class", "`class`"), ("reason", "`\(owner).reason`"),
                    ("state", owner == "nodes[]" ? "a node's `state`" : "an Address's `state`"),
                ]
                for (key, title) in keys {
                    if let word = mapping.values[key] as? String { met[title, default: []].insert(word) }
                }
            }
        }
        #expect(met == listed)
    }

    @Test func `gives every reason to wait a word of its own`() throws {
        let nodes = mappings(try object("wait-reasons")).filter { $0.path == "policies[].nodes[].wait" }
        #expect(nodes.count == PlanCases.everyWaitReason.count)
        #expect(Set(nodes.compactMap { $0.values["reason"] as? String }).count == 18)
    }

    @Test func `carries what others wrote to the character`() throws {
        let descriptions = mappings(try object("hostile-texts")).compactMap { $0.values["description"] as? String }
        #expect(descriptions.contains { $0.unicodeScalars.elementsEqual(PlanCases.poison.unicodeScalars) })
    }

    @Test func `an unknown pool and a missing one are told apart`() throws {
        let unknown = mappings(try object("unknown-nodes")).first { $0.path == "policies[]" }
        let without = mappings(try object("cloud-nat")).first { $0.path == "policies[]" }
        #expect(unknown?.keys.contains("nodes") == true && unknown?.keys.contains("nodesUnknown") == true)
        #expect(without?.keys.contains("nodes") == false && without?.keys.contains("nodesUnknown") == false)
    }
}
