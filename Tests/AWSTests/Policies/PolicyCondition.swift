/// One key of a statement's `Condition`, with its operator. Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and
/// "Set operators for multivalued context keys".
struct PolicyCondition {
    private enum Comparison: String {
        case stringEquals = "StringEquals"
        case stringNotEquals = "StringNotEquals"
        case stringLike = "StringLike"
        case stringNotLike = "StringNotLike"

        var isNegated: Bool { self == .stringNotEquals || self == .stringNotLike }

        /// Whether a value of the request is one of the policy's, or for negated ones is none of them.
        func holds(_ value: String, _ values: [String]) throws -> Bool {
            let isAmong = try values.contains { pattern in
                switch self {
                case .stringEquals, .stringNotEquals: try PolicyCondition.plain(pattern) == value
                case .stringLike, .stringNotLike: Wildcard.matches(try PolicyCondition.plain(pattern), value)
                }
            }
            return isAmong != isNegated
        }
    }

    private enum Quantity { case single, any, all }

    private var comparison: Comparison
    private var quantity: Quantity
    private var ifExists: Bool
    private var key: String
    private var values: [String]

    static func all(_ object: [String: Any]) throws -> [PolicyCondition] {
        try object.flatMap { name, keys in
            guard let keys = keys as? [String: Any], !keys.isEmpty else {
                throw PolicyEvaluator.Unsupported(description: "the condition \(name) without keys")
            }
            return try keys.map { try PolicyCondition(name, key: $0.key, values: PolicyEvaluator.texts($0.value, "Condition")) }
        }
    }

    private init(_ name: String, key: String, values: [String]) throws {
        var bare = name
        quantity = .single
        for (prefix, found) in [("ForAnyValue:", Quantity.any), ("ForAllValues:", .all)] where bare.hasPrefix(prefix) {
            quantity = found
            bare.removeFirst(prefix.count)
        }
        ifExists = bare.hasSuffix("IfExists")
        if ifExists { bare.removeLast("IfExists".count) }
        guard let comparison = Comparison(rawValue: bare) else {
            throw PolicyEvaluator.Unsupported(description: "the operator \(name)")
        }
        self.comparison = comparison
        self.key = key.lowercased()
        self.values = values
    }

    func holds(_ context: [String: [String]]) throws -> Bool {
        let found = context.first { $0.key.lowercased() == key }?.value ?? []
        // A key that is not there fails, but where absence is what is asked for. `ForAllValues` is true of none.
        if found.isEmpty { return quantity == .all || quantity == .single && (ifExists || comparison.isNegated) || ifExists }
        switch quantity {
        case .any: return try found.contains { try comparison.holds($0, values) }
        case .all: return try found.allSatisfy { try comparison.holds($0, values) }
        case .single:
            guard found.count == 1 else {
                throw PolicyEvaluator.Unsupported(description: "several values of \(key) without a set operator")
            }
            return try comparison.holds(found[0], values)
        }
    }

    /// A policy's text, the three variables that stand for a character put in. Any other would need the request's user.
    static func plain(_ text: String) throws -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            guard let end = rest[start.upperBound...].firstRange(of: "}"),
                ["$", "*", "?"].contains(rest[start.upperBound..<end.lowerBound]),
                rest[start.upperBound] == "$"
            else { throw PolicyEvaluator.Unsupported(description: "the policy variable in \(text)") }
            result += rest[..<start.lowerBound] + rest[start.upperBound..<end.lowerBound]
            rest = rest[end.upperBound...]
        }
        return result + rest
    }
}
