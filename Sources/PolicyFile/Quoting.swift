internal import YAML

/// Values of a file as a message shows them: on one line, bounded, without control characters.
enum Quoting {
    static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if index == 80 { return result + "…" }
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || isInvisible(scalar):
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Separators and marks of direction can make a line read as something else than it is.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
        default: scalar.value == 0xA0
        }
    }

    /// A node as "found …" shows it.
    static func found(_ node: YAMLNode) -> String {
        switch node.kind {
        case .string: quoted(node.text ?? "")
        case .bool, .int, .float: escaped(node.text ?? "")
        case .null, .sequence, .mapping: node.kind.noun
        }
    }

    /// A key of the writer's own as part of a path.
    static func path(_ parent: String, key: String) -> String {
        let isPlain = !key.isEmpty && key.utf8.count <= 80
            && key.utf8.allSatisfy { Bytes.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2F || $0 == 0x2E }
        if !isPlain || key.contains(".") || key.contains("/") { return "\(parent)[\(quoted(key))]" }
        return parent.isEmpty ? key : "\(parent).\(key)"
    }
}
