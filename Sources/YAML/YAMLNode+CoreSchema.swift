/// Scalars by the core schema of YAML 1.2, in which `yes`, `on` and `12:30` are strings.
///
/// Source: YAML 1.2.2, 10.3.2, Tag Resolution.
extension YAMLNode {
    /// The type that the core schema gives a node.
    package enum Kind: String, Hashable, Sendable {
        case null, bool, int, float, string, sequence, mapping

        /// As a message names it.
        package var noun: String {
            switch self {
            case .null: "nothing"
            case .bool: "a Boolean"
            case .int, .float: "a number"
            case .string: "a string"
            case .sequence: "a list"
            case .mapping: "a mapping"
            }
        }
    }

    package var kind: Kind {
        switch value {
        case .sequence: .sequence
        case .mapping: .mapping
        case .scalar(_, .quoted): .string
        case .scalar(let text, .plain): CoreSchema.kind(of: text)
        }
    }

    package var isNull: Bool { kind == .null }

    /// A string: quoted, or plain and nothing else by the core schema.
    package var string: String? { kind == .string ? text : nil }

    /// `true` or `false`, also capitalized or in capitals; not `yes` or `on`.
    package var bool: Bool? {
        guard kind == .bool, let text else { return nil }
        return text.first == "t" || text.first == "T"
    }

    /// A decimal, `0o17` or `0x1f` integer that fits; digits after a leading 0 are decimal.
    package var int: Int? {
        guard kind == .int, let text else { return nil }
        if text.hasPrefix("0o") { return Int(text.dropFirst(2), radix: 8) }
        if text.hasPrefix("0x") { return Int(text.dropFirst(2), radix: 16) }
        return Int(text)
    }
}

private enum CoreSchema {
    static func kind(of text: String) -> YAMLNode.Kind {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "false", "False", "FALSE": return .bool
        case ".nan", ".NaN", ".NAN": return .float
        default: break
        }
        let bytes = Array(text.utf8)
        if bytes.starts(with: [0x30, 0x6F]) { return isRun(bytes.dropFirst(2), of: isOctal) ? .int : .string }
        if bytes.starts(with: [0x30, 0x78]) { return isRun(bytes.dropFirst(2), of: isHexadecimal) ? .int : .string }
        var rest = bytes[...]
        if rest.first == 0x2B || rest.first == 0x2D { rest = rest.dropFirst() }
        if isRun(rest, of: isDigit) { return .int }
        if [".inf", ".Inf", ".INF"].contains(where: { rest.elementsEqual($0.utf8) }) { return .float }
        return isFloat(rest) ? .float : .string
    }

    /// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, the sign being off already.
    private static func isFloat(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        if rest.first == 0x2E {
            rest = rest.dropFirst()
            let fraction = rest.prefix(while: isDigit)
            guard !whole.isEmpty || !fraction.isEmpty else { return false }
            rest = rest.dropFirst(fraction.count)
        } else if whole.isEmpty {
            return false
        }
        guard let exponent = rest.first else { return true }
        guard exponent == 0x65 || exponent == 0x45 else { return false }
        rest = rest.dropFirst()
        if rest.first == 0x2B || rest.first == 0x2D { rest = rest.dropFirst() }
        return isRun(rest, of: isDigit)
    }

    private static func isRun(_ bytes: ArraySlice<UInt8>, of accepts: (UInt8) -> Bool) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy(accepts)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isOctal(_ byte: UInt8) -> Bool { (0x30...0x37).contains(byte) }
    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
