import Model

/// Reads the `labelSelector` parameter: `a=b, c!=d, e in (f,g), h notin (i), j, !k`.
///
/// Source: k8s.io/apimachinery pkg/labels/selector.go. The operators `>` and `<` are left out: they are refused.
struct LabelSelectorParser {
    private var tokens: [String] = []
    private var place = 0
    private let text: String

    init(_ text: String) {
        self.text = text
        var word = ""
        var characters = Substring(text.prefix(16_384))
        while let character = characters.popFirst() {
            if "=!,()<>".contains(character) || character.isWhitespace {
                if !word.isEmpty { tokens.append(word) }
                word = ""
                if character.isWhitespace { continue }
                if character == "=" || character == "!", characters.first == "=" {
                    characters.removeFirst()
                    tokens.append("\(character)=")
                } else {
                    tokens.append(String(character))
                }
            } else {
                word.append(character)
            }
        }
        if !word.isEmpty { tokens.append(word) }
    }

    mutating func parse() throws(KubernetesStatus) -> LabelSelector {
        var requirements: [LabelSelector.Requirement] = []
        guard !tokens.isEmpty, text.utf8.count <= 16_384 else {
            if tokens.isEmpty { return LabelSelector(requirements: []) }
            throw .badRequest("unable to parse requirement: the selector is too long")
        }
        while true {
            requirements.append(try requirement())
            guard let separator = next() else { break }
            guard separator == "," else { throw failure("found '\(separator)', expected: ',' or 'end of string'") }
        }
        return LabelSelector(requirements: requirements)
    }

    private mutating func requirement() throws(KubernetesStatus) -> LabelSelector.Requirement {
        guard let first = next() else { throw failure("found '', expected: !, identifier") }
        if first == "!" { return .init(key: try key(next()), operator: .doesNotExist, values: []) }
        let key = try key(first)
        guard let `operator` = peek(), `operator` != "," else { return .init(key: key, operator: .exists, values: []) }
        place += 1
        switch `operator` {
        case "=", "==": return .init(key: key, operator: .in, values: [try value()])
        case "!=": return .init(key: key, operator: .notIn, values: [try value()])
        case "in": return .init(key: key, operator: .in, values: try values())
        case "notin": return .init(key: key, operator: .notIn, values: try values())
        default: throw failure("found '\(`operator`)', expected: in, notin, =, ==, !=")
        }
    }

    private func key(_ token: String?) throws(KubernetesStatus) -> String {
        guard let token, LabelSyntax.isQualifiedName(token) else {
            throw failure("<nil>: Invalid value: \"\(token ?? "")\": name part must consist of alphanumeric characters, '-', '_' or '.'")
        }
        return token
    }

    private mutating func value() throws(KubernetesStatus) -> String {
        guard let token = peek(), token != "," else { return "" }
        place += 1
        return try checked(token)
    }

    private mutating func values() throws(KubernetesStatus) -> [String] {
        guard next() == "(" else { throw failure("expected: '('") }
        var values: [String] = []
        while true {
            guard let token = next() else { throw failure("found '', expected: ',', ')' or identifier") }
            if token == ")" || token == "," {
                values.append("")
                if token == ")" { return values }
                continue
            }
            values.append(try checked(token))
            guard let separator = next(), separator == "," || separator == ")" else { throw failure("expected: ',' or ')'") }
            if separator == ")" { return values }
        }
    }

    private func checked(_ token: String) throws(KubernetesStatus) -> String {
        guard LabelSyntax.isLabelValue(token) else {
            throw failure("values[0][\(token)]: Invalid value: \"\(token)\": \(LabelSyntax.valueRule)")
        }
        return token
    }

    private func peek() -> String? { place < tokens.count ? tokens[place] : nil }

    private mutating func next() -> String? {
        defer { place += 1 }
        return peek()
    }

    private func failure(_ why: String) -> KubernetesStatus { .badRequest("unable to parse requirement: \(why)") }
}
