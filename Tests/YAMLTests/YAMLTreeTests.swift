import Testing
import YAML

/// The documents of a text, with aliases expanded.
func parse(_ text: String, limits: YAMLLimits = YAMLLimits(aliases: .expanded)) throws(YAMLError) -> [YAMLNode] {
    try YAML.parse(Array(text.utf8), limits: limits)
}

@Suite struct `Trees` {
    @Test func `a kubeconfig reads as nested nodes with their places`() throws {
        let document = try #require(
            try parse(
                """
                apiVersion: v1
                clusters:
                - cluster:
                    server: https://127.0.0.1:6443
                  name: kind
                current-context: "kind"
                """
            ).first)
        #expect(document["apiVersion"]?.string == "v1")
        let cluster = try #require(document["clusters"]?.elements?.first)
        #expect(cluster["cluster"]?["server"]?.string == "https://127.0.0.1:6443")
        #expect(cluster["name"]?.mark == YAMLMark(line: 5, column: 9))
        #expect(document["current-context"]?.mark == YAMLMark(line: 6, column: 18))
        #expect(document["absent"] == nil)
        #expect(document.entries?.map(\.key.text) == ["apiVersion", "clusters", "current-context"])
    }

    @Test func `documents are told apart`() throws {
        #expect(try parse("a: 1\n---\nb: 2\n...\n---\n").map(\.kind) == [.mapping, .mapping, .null])
        #expect(try parse("").isEmpty)
        #expect(try parse("# nothing\n").isEmpty)
    }

    @Test func `JSON is YAML`() throws {
        let document = try #require(try parse(#"{"a": [1, "1", true, null], "b": {"c": "\u00e9"}}"#).first)
        #expect(document["a"]?.elements?.map(\.kind) == [.int, .string, .bool, .null])
        #expect(document["b"]?["c"]?.string == "é")
    }

    @Test(arguments: ["a: 1\r\nb: 2\r\n", "\u{FEFF}a: 1\nb: 2\n"])
    func `line ends of Windows and a byte-order mark change nothing`(text: String) throws {
        let document = try #require(try parse(text).first)
        #expect(document.mark == YAMLMark(line: 1, column: 1))
        #expect(document["b"]?.int == 2)
        #expect(document["b"]?.mark == YAMLMark(line: 2, column: 4))
    }

    @Test func `columns count characters`() throws {
        #expect(try parse("[é, b]").first?.elements?.last?.mark == YAMLMark(line: 1, column: 5))
    }

    @Test func `an alias is a copy of its anchor's node`() throws {
        let document = try #require(try parse("a: &x {k: [1, 2]}\nb: *x\n").first)
        #expect(document["b"] == document["a"])
        #expect(document["b"]?["k"]?.elements?.count == 2)
    }

    @Test func `an anchor belongs to its document`() throws {
        #expect(throws: YAMLError.self) { try parse("a: &x 1\n---\nb: *x\n") }
    }

    @Test func `the second of two equal keys is told and left out`() throws {
        var duplicates: [YAMLError] = []
        let documents = try YAML.parse(
            Array("a: 1\nb: {c: 1, 'c': 2}\na: {d: 1}\n".utf8), limits: YAMLLimits(), duplicateKeys: &duplicates)
        #expect(duplicates.map(\.mark) == [YAMLMark(line: 2, column: 11), YAMLMark(line: 3, column: 1)])
        #expect(documents.first?["a"]?.int == 1)
        #expect(documents.first?["b"]?["c"]?.int == 1)
    }
}
