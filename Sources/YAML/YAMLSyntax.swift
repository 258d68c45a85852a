/// What libyaml says of malformed input, in the words "found … expected …".
enum YAMLSyntax {
    /// A byte or character that no YAML file may hold. libyaml gives its offset, but no line.
    static func readerError(problem: String, value: Int, offset: Int, _ bytes: [UInt8]) -> YAMLError {
        let mark = end(of: bytes.prefix(max(0, offset)))
        if problem.contains("control characters") {
            return YAMLError(mark: mark, found: "the control character \(hexadecimal(value))", expected: "printable text")
        }
        return YAMLError(mark: mark, found: "the byte \(hexadecimal(value)) (\(problem))", expected: "UTF-8")
    }

    /// The place behind the last character.
    static func end(of bytes: ArraySlice<UInt8>) -> YAMLMark {
        var mark = YAMLMark(line: 1, column: 1)
        var previous: Unicode.Scalar?
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars where scalar != "\u{FEFF}" {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": mark = YAMLMark(line: mark.line + 1, column: 1)
            default: mark.column += 1
            }
            previous = scalar
        }
        return mark
    }

    /// A failure of the scanner or the parser.
    static func error(
        problem: String, at mark: YAMLMark, context: String?, contextMark: YAMLMark, _ bytes: [UInt8]
    ) -> YAMLError {
        let character = character(at: mark, bytes)
        let contextLine = contextMark.line
        func result(_ found: String, _ expected: String) -> YAMLError { YAMLError(mark: mark, found: found, expected: expected) }
        switch problem {
        case "found character that cannot start any token" where character == "\t":
            return result("a tab", "spaces: tabs cannot indent YAML")
        case "found a tab character that violates indentation", "found a tab character where an indentation space is expected":
            return result("a tab", "spaces: tabs cannot indent YAML")
        case "found character that cannot start any token":
            return result(
                character.map { "'\(YAMLExcerpt.escaped(String($0)))'" } ?? "the end of the file",
                "a value; put quotes around one that starts so")
        case "mapping values are not allowed in this context":
            return result(
                "': ' in the midst of a value",
                "a key on a line of its own with the right indentation, or quotes around the value")
        case "could not find expected ':'":
            // The problem's place is where the scanner gave up, on a later line: the key's is the one to look at.
            return YAMLError(mark: contextMark, found: "a line without ':'", expected: "'key: value'")
        case "did not find expected <document start>":
            return result("text after the document's end", "a key indented as the first one, or '---' on a line of its own")
        case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
            return result(
                character == nil ? "the end of the file" : "something else",
                "\(problem.suffix(10))\(began(context, contextLine, mark))")
        case "did not find expected key":
            return result(
                character == nil ? "the end of the file" : "something that is no key",
                "a key indented as the others are\(began(context, contextLine, mark))")
        case "did not find expected '-' indicator":
            return result(
                "something that is no list item", "'- ' indented as the other items are\(began(context, contextLine, mark))")
        case "found unexpected end of stream":
            return result("the end of the file", "the closing quote\(began(context, contextLine, mark))")
        default:
            return result("malformed YAML (\(problem)\(context.map { " \($0)" } ?? ""))", "YAML 1.2")
        }
    }

    private static func began(_ context: String?, _ line: Int, _ mark: YAMLMark) -> String {
        guard let context, line != mark.line else { return "" }
        let thing =
            context.hasPrefix("while parsing ")
            ? String(context.dropFirst("while parsing ".count))
            : context.hasPrefix("while scanning ") ? String(context.dropFirst("while scanning ".count)) : "what"
        return " (in \(thing) that began on line \(line))"
    }

    private static func character(at mark: YAMLMark, _ bytes: [UInt8]) -> Character? {
        let lines = bytes.split(separator: 0x0A, maxSplits: mark.line, omittingEmptySubsequences: false)
        guard mark.line <= lines.count else { return nil }
        let scalars = String(decoding: lines[mark.line - 1].prefix(4 * mark.column + 4), as: UTF8.self).unicodeScalars
        return scalars.dropFirst(mark.column - 1).first.map(Character.init)
    }

    private static func hexadecimal(_ value: Int) -> String {
        let digits = String(max(0, value), radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: max(0, 2 - digits.count)) + digits
    }
}
