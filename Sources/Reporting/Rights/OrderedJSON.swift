/// JSON whose members stay in the order given: policies are read by people, who look for `Effect` before `Action`.
indirect enum OrderedJSON: Hashable, Sendable {
    struct Member: Hashable, Sendable {
        let name: String
        let value: OrderedJSON

        init(_ name: String, _ value: OrderedJSON) {
            self.name = name
            self.value = value
        }
    }

    case text(String)
    case flag(Bool)
    case number(Int)
    case list([OrderedJSON])
    case object([Member])

    /// As IAM writes it: one value stands by itself, several in a list.
    static func texts(_ values: [String]) -> OrderedJSON {
        values.count == 1 ? .text(values[0]) : .list(values.map(OrderedJSON.text))
    }

    /// Indented by two spaces a level, with a line end.
    var document: String { rendered(indent: "") + "\n" }

    private func rendered(indent: String) -> String {
        let inner = indent + "  "
        switch self {
        case .text(let text): return Self.quoted(text)
        case .flag(let flag): return flag ? "true" : "false"
        case .number(let number): return String(number)
        case .list([]): return "[]"
        case .object([]): return "{}"
        case .list(let values):
            return "[\n" + values.map { inner + $0.rendered(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let members):
            let lines = members.map { "\(inner)\(Self.quoted($0.name)): \($0.value.rendered(indent: inner))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        }
    }

    /// What a terminal would act on, or not show, is written as an escape. Source: RFC 8259, section 7.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where Printable.isHidden(scalar):
                for unit in Character(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
