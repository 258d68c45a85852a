/// A `filter` of Compute Engine's list calls.
///
/// Both languages: `field eq regular-expression` with terms in parentheses, as gcloud writes it, and `field=value`,
/// `field:value`, `!=`, comparisons of
/// numbers, AND, OR (which binds tighter, AIP-160), NOT and parentheses.
/// Source: Compute Engine REST v1, addresses.list, `filter`; googlecloudsdk api_lib/compute/filter_rewrite.py.
package struct ComputeFilter: Sendable {
    indirect enum Expression: Sendable {
        case and([Expression])
        case or([Expression])
        case not(Expression)
        case term(field: [String], operator: String, value: String)
    }

    let expression: Expression

    /// `nil` if the text is not a filter. An empty text is handled by the caller.
    package init?(_ text: String) {
        guard text.utf8.count <= 4096, let tokens = ComputeFilter.tokens(text) else { return nil }
        var parser = Parser(tokens: tokens[...])
        guard let expression = parser.conjunction(depth: 0), parser.tokens.isEmpty else { return nil }
        self.expression = expression
    }

    package func matches(_ value: JSONValue) -> Bool { Self.evaluate(expression, value) }

    enum Token: Equatable {
        case open, close
        case symbol(String)
        case word(String)
        case quoted(String)
    }

    private static func tokens(_ text: String) -> [Token]? {
        var result: [Token] = []
        let characters = Array(text)
        var index = 0
        while index < characters.count {
            let character = characters[index]
            switch character {
            case " ", "\t", "\n": index += 1
            case "(":
                result.append(.open)
                index += 1
            case ")":
                result.append(.close)
                index += 1
            case "\"", "'":
                guard let (quoted, next) = quoted(characters, index) else { return nil }
                result.append(.quoted(quoted))
                index = next
            case "=", ":", "<", ">", "!":
                var symbol = String(character)
                index += 1
                if index < characters.count, characters[index] == "=", character != "=", character != ":" {
                    symbol.append("=")
                    index += 1
                }
                guard symbol != "!" else { return nil }
                result.append(.symbol(symbol))
            default:
                let start = index
                while index < characters.count, !" \t\n()=:<>!\"".contains(characters[index]) { index += 1 }
                if index == start { return nil }
                result.append(.word(String(characters[start..<index])))
            }
        }
        return result
    }

    /// A backslash before the quote or before itself is taken off; before anything else it belongs to a regular expression and
    /// stays.
    private static func quoted(_ characters: [Character], _ start: Int) -> (String, Int)? {
        let quote = characters[start]
        var text = ""
        var index = start + 1
        while index < characters.count, characters[index] != quote {
            if characters[index] == "\\", index + 1 < characters.count {
                if characters[index + 1] != quote { text.append("\\") }
                index += 1
            }
            text.append(characters[index])
            index += 1
        }
        return index < characters.count ? (text, index + 1) : nil
    }

    private static func evaluate(_ expression: Expression, _ value: JSONValue) -> Bool {
        switch expression {
        case .and(let parts): parts.allSatisfy { evaluate($0, value) }
        case .or(let parts): parts.contains { evaluate($0, value) }
        case .not(let part): !evaluate(part, value)
        case .term(let field, let symbol, let wanted): compare(value[path: field], symbol, wanted)
        }
    }

    private static func compare(_ value: JSONValue?, _ symbol: String, _ wanted: String) -> Bool {
        switch symbol {
        case "=": text(value) == wanted
        case "!=": text(value) != wanted
        case ":": wanted == "*" ? value != nil : value?.string.map { $0.contains(wanted) } ?? (value != nil && text(value) == wanted)
        case "eq": value != nil && wholeMatch(text(value) ?? "", wanted)
        case "ne": !(value != nil && wholeMatch(text(value) ?? "", wanted))
        default: ordered(value, symbol, wanted)
        }
    }

    private static func ordered(_ value: JSONValue?, _ symbol: String, _ wanted: String) -> Bool {
        guard let text = text(value) else { return false }
        let isLess: Bool
        if let a = Double(text), let b = Double(wanted) {
            if a == b { return symbol.hasSuffix("=") }
            isLess = a < b
        } else {
            if text == wanted { return symbol.hasSuffix("=") }
            isLess = text < wanted
        }
        return isLess == symbol.hasPrefix("<")
    }

    private static func text(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        default: nil
        }
    }

    /// A pattern that is none matches only itself.
    private static func wholeMatch(_ text: String, _ pattern: String) -> Bool {
        guard pattern.utf8.count <= 512, let expression = try? Regex(pattern).wordBoundaryKind(.simple) else { return text == pattern }
        return (try? expression.wholeMatch(in: text)) != nil
    }
}

extension ComputeFilter {
    private struct Parser {
        var tokens: ArraySlice<Token>

        static let depthLimit = 32

        mutating func conjunction(depth: Int) -> Expression? {
            guard depth < Self.depthLimit else { return nil }
            var parts: [Expression] = []
            while let token = tokens.first, token != .close {
                if token == .word("AND") {
                    guard !parts.isEmpty else { return nil }
                    tokens.removeFirst()
                }
                guard let part = disjunction(depth: depth) else { return nil }
                parts.append(part)
            }
            return parts.isEmpty ? nil : parts.count == 1 ? parts[0] : .and(parts)
        }

        private mutating func disjunction(depth: Int) -> Expression? {
            guard let first = unary(depth: depth) else { return nil }
            var parts = [first]
            while tokens.first == .word("OR") {
                tokens.removeFirst()
                guard let part = unary(depth: depth) else { return nil }
                parts.append(part)
            }
            return parts.count == 1 ? first : .or(parts)
        }

        private mutating func unary(depth: Int) -> Expression? {
            guard let token = tokens.popFirst() else { return nil }
            switch token {
            case .word("NOT"): return unary(depth: depth + 1).map { .not($0) }
            case .open:
                guard let inner = conjunction(depth: depth + 1), tokens.popFirst() == .close else { return nil }
                return inner
            case .word(let field): return term(field)
            default: return nil
            }
        }

        private mutating func term(_ name: String) -> Expression? {
            let symbol: String
            switch tokens.popFirst() {
            case .symbol(let text): symbol = text
            case .word(let text) where text == "eq" || text == "ne": symbol = text
            default: return nil
            }
            let field = name.split(separator: ".", maxSplits: 1).map(String.init)
            let path = field.first == "labels" ? field : name.split(separator: ".").map(String.init)
            switch tokens.popFirst() {
            case .word(let text), .quoted(let text): return .term(field: path, operator: symbol, value: text)
            default: return nil
            }
        }
    }
}
