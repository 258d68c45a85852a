import Model
import PolicyFile
import Testing

@Suite struct `Hostile policy files` {
    private static let head = """
        apiVersion: drawbridge.dev/v1alpha1
        kind: Whitelist
        metadata: {name: a}
        spec:

        """
    private static let group = "{id: sg-11111111, region: eu-west-1, foreignRules: report"

    /// About a megabyte of a text.
    private static func much(_ part: (Int) -> String) -> String {
        var text = ""
        var index = 0
        while text.utf8.count < 1_000_000 {
            text += part(index)
            index += 1
        }
        return text
    }

    private static func texts() -> [(String, String)] {
        [
            ("unknown keys", head + much { "  k\($0): 1\n" }),
            ("one key again and again", head + much { _ in "  suspend: 1\n" }),
            ("nesting", much { _ in "[" }),
            ("documents", much { _ in "--- {a: 1}\n" }),
            (
                "policies",
                much { "---\napiVersion: drawbridge.dev/v1alpha1\nkind: Whitelist\nmetadata: {name: a\($0)}\nspec: {}\n" }
            ),
            (
                "ports",
                head + "  securityGroups: [\(group), ports: [" + much { "{protocol: tcp, port: \($0 % 65536)}, " } + "]}]\n"
            ),
            ("groups", head + "  securityGroups: [" + much { _ in "\(group), ports: [{protocol: tcp, port: 1}]}, " } + "]\n"),
            (
                "values",
                head + "  nodes: {selector: {matchExpressions: [{key: a, operator: In, values: [" + much { "v\($0), " }
                    + "]}]}}\n"
            ),
            ("one long word", head + "  addresses: {project: " + much { _ in "long" } + "}\n"),
            ("one long key", head + "  ? " + much { _ in "long" } + "\n  : 1\n"),
            ("quotes", head + "  suspend: \"" + much { _ in "\\u0007" } + "\"\n"),
        ]
    }

    @Test func `are refused in bounded words`() throws {
        for (name, text) in Self.texts() {
            let failure = try #require(throws: PolicyFileErrors.self, "\(name)") {
                try PolicyFile.parse(Array(text.utf8), name: "f")
            }
            #expect((1...100).contains(failure.errors.count), "\(name)")
            #expect(
                failure.errors.allSatisfy { $0.line > 0 && $0.column > 0 && $0.description.utf8.count < 1000 },
                "\(name): \(failure.errors.last!)")
        }
    }
}
