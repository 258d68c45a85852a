import Testing
import YAML

@Suite struct `Bad YAML` {
    @Test(arguments: [
        ("a: 1\n\tb: 2\n", "2:1: found a tab, expected spaces: tabs cannot indent YAML"),
        (
            "a: b: c\n",
            "1:5: found ': ' in the midst of a value, expected a key on a line of its own with the right indentation, or quotes around the value"
        ),
        ("a: @x\n", "1:4: found '@', expected a value; put quotes around one that starts so"),
        ("a: 1\na: 2\n", "2:1: found the key \"a\" again, expected each key once (the first stands on line 1)"),
        ("a: *x\n", "1:4: found the alias *x, expected the value itself: aliases are not supported here"),
        ("a: &x 1\n", "1:4: found the anchor &x, expected the value alone: anchors are not supported here"),
        (
            "a: !!binary aGk=\n",
            "1:4: found the tag tag:yaml.org,2002:binary, expected no tag, or the core schema's for such a value"
        ),
        ("a: !ruby/object {}\n", "1:4: found the tag !ruby/object, expected no tag, or the core schema's for such a value"),
        ("a: !x%0Ay 1\n", "1:4: found the tag !x\\ny, expected no tag"),
        ("\"a\\nb\": 1\n\"a\\nb\": 2\n", "2:1: found the key \"a\\nb\" again, expected each key once"),
        ("? [a]\n: 1\n", "1:3: found a list as a key, expected text"),
        ("? {a: 1}\n: 1\n", "1:3: found a mapping as a key, expected text"),
        ("a: 1\nbé: \u{1}\n", "2:5: found the control character 0x01, expected printable text"),
        ("a: 1\r\nb: \u{0}\n", "2:4: found the control character 0x00, expected printable text"),
        ("a: 'x\nb: 1\n", "3:1: found the end of the file, expected the closing quote (in a quoted scalar that began on line 1)"),
        ("a: 1\nb\nc: 1\n", "2:1: found a line without ':', expected 'key: value'"),
        (
            "a: 1\n b: 2\n",
            "2:3: found ': ' in the midst of a value, expected a key on a line of its own with the right indentation, or quotes around the value"
        ),
        (
            "  a: 1\n b: 2\n",
            "2:2: found text after the document's end, expected a key indented as the first one, or '---' on a line of its own"
        ),
        (
            "a:\n  b: 1\n c: 2\n",
            "3:2: found something that is no key, expected a key indented as the others are (in a block mapping that began on line 1)"
        ),
        ("a:\n- 1\n-2\n", "3:1: found a line without ':', expected 'key: value'"),
        ("[1, 2", "1:6: found the end of the file, expected ',' or ']'"),
        ("a:\n  [1, 2", "2:8: found the end of the file, expected ',' or ']'"),
        ("[1,\n2", "2:2: found the end of the file, expected ',' or ']' (in a flow sequence that began on line 1)"),
        ("%YAML 3.0\n---\na: 1\n", "1:1: found malformed YAML (found incompatible YAML document), expected YAML 1.2"),
    ])
    func `is told with its place`(text: String, message: String) {
        #expect { try YAML.parse(Array(text.utf8), limits: YAMLLimits()) } throws: { error in
            let told = String(describing: error)
            if !told.hasPrefix(message) { Issue.record("told: \(told)") }
            return told.hasPrefix(message)
        }
    }

    @Test(arguments: [[0xFE, 0xFF, 0, 0x61], [0xFF, 0xFE, 0x61, 0], [0x61, 0, 0x3A, 0], [0, 0x61]] as [[UInt8]])
    func `another encoding than UTF-8 is named`(bytes: [UInt8]) {
        #expect(
            throws: YAMLError(
                mark: YAMLMark(line: 1, column: 1), found: "UTF-16 or UTF-32 text, or binary data", expected: "UTF-8")
        ) {
            try YAML.parse(bytes, limits: YAMLLimits())
        }
    }

    @Test func `bytes that are no UTF-8 are told with their place`() {
        #expect { try YAML.parse([0x61, 0x3A, 0x20, 0x31, 0x0A, 0x62, 0xFF], limits: YAMLLimits()) } throws: { error in
            (error as? YAMLError)?.mark == YAMLMark(line: 2, column: 2)
        }
    }
}

@Suite struct `Limits` {
    @Test func `bytes, depth and nodes are bounded`() throws {
        #expect(throws: YAMLError.self) { try parse("abc", limits: YAMLLimits(maxBytes: 2)) }
        #expect(try parse("abc", limits: YAMLLimits(maxBytes: 3)).count == 1)
        #expect(throws: YAMLError.self) { try parse("[[[1]]]", limits: YAMLLimits(maxDepth: 2)) }
        #expect(try parse("[[[1]]]", limits: YAMLLimits(maxDepth: 3)).count == 1)
        #expect(throws: YAMLError.self) { try parse("[1, 2, 3]", limits: YAMLLimits(maxNodes: 3)) }
        #expect(try parse("[1, 2, 3]", limits: YAMLLimits(maxNodes: 4)).count == 1)
    }

    @Test func `aliases that multiply end at the limit of nodes`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        #expect { try parse(text) } throws: { ($0 as? YAMLError)?.found == "more than 100000 values" }
    }

    @Test func `aliases cannot exceed the depth`() throws {
        let text = "a: &a [[1]]\nb: [[*a]]\n"
        #expect(throws: YAMLError.self) { try parse(text, limits: YAMLLimits(maxDepth: 4, aliases: .expanded)) }
        #expect(try parse(text, limits: YAMLLimits(maxDepth: 5, aliases: .expanded)).count == 1)
    }

    @Test(arguments: ["[", "{", "- ", "? ", "{a: [", "a: &a ["])
    func `endless nesting is refused`(opening: String) {
        #expect(throws: YAMLError.self) { try parse(String(repeating: opening, count: 100_000)) }
    }
}
