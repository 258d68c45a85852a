internal import YAML

/// Values of a file as a message shows them: on one line, bounded, without control characters.
enum Quoting {
    static func quoted(_ text: String) -> String { "\"\(YAMLExcerpt.escaped(text))\"" }

    /// A node as "found …" shows it.
    static func found(_ node: YAMLNode) -> String {
        switch node.kind {
        case .string: quoted(node.text ?? "")
        case .bool, .int, .float: YAMLExcerpt.escaped(node.text ?? "")
        case .null, .sequence, .mapping: node.kind.noun
        }
    }

    /// A key of the writer's own as part of a path.
    static func path(_ parent: String, key: String) -> String {
        let isPlain =
            (1...80).contains(key.utf8.count) && key.utf8.allSatisfy { Bytes.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F }
        if !isPlain { return "\(parent)[\(quoted(key))]" }
        return parent.isEmpty ? key : "\(parent).\(key)"
    }
}
