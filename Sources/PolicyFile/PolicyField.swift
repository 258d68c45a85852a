internal import Model
internal import YAML

/// A value of a policy file that is yet to be read. Each reading either gives a value or reports why it can't.
struct PolicyField {
    let node: YAMLNode
    /// As a message names it: `spec.securityGroups[0].id`.
    let path: String
    let expected: String
    let diagnostics: PolicyDiagnostics

    /// Reports that the value is not what was expected.
    /// - Parameter hint: is put behind what was found, or behind what was expected.
    func refuse(foundHint: String = "", hint: String = "") {
        diagnostics.report(node.mark, path, found: Quoting.found(node) + foundHint, expected: expected + hint)
    }

    // MARK: Scalars

    /// A string that passes a test.
    func text(where isValid: (String) -> Bool, hint: (String) -> String? = { _ in nil }) -> String? {
        if let text = node.string {
            if isValid(text) { return text }
            refuse(hint: hint(text).map { " (\($0))" } ?? "")
        } else if let text = node.text, !node.isNull, isValid(text) {
            refuse(foundHint: ", \(node.kind.noun)", hint: " (put quotes around it)")
        } else {
            refuse()
        }
        return nil
    }

    /// One of a few words.
    func choice<Choice: CaseIterable & RawRepresentable<String>>(of type: Choice.Type) -> Choice? {
        text { Choice(rawValue: $0) != nil }.flatMap(Choice.init)
    }

    /// A whole number in a range.
    func int(in range: ClosedRange<Int>) -> Int? {
        guard let number = node.int else {
            let isQuotedNumber = node.string.flatMap { Int($0) }.map(range.contains) ?? false
            if isQuotedNumber { refuse(foundHint: ", a string", hint: " (take the quotes off)") } else { refuse() }
            return nil
        }
        // kubectl reads YAML 1.1, to which 010 is eight.
        if let text = node.text, text.utf8.count > 1, text.utf8.first == 0x30, text.utf8.allSatisfy(Bytes.isDigit) {
            refuse(foundHint: " with a leading zero")
            return nil
        }
        if !range.contains(number) { refuse() }
        return range.contains(number) ? number : nil
    }

    func bool() -> Bool? {
        guard let value = node.bool else {
            let isQuoted = node.string.map { ["true", "false"].contains($0) } ?? false
            if isQuoted { refuse(foundHint: ", a string", hint: " (take the quotes off)") } else { refuse() }
            return nil
        }
        return value
    }

    /// A duration above zero, up to 30 days.
    func duration() -> Duration? {
        text { Duration(brief: $0).map { $0 > .zero && $0 <= .seconds(30 * 86_400) } ?? false }.flatMap { Duration(brief: $0) }
    }

    // MARK: Collections

    /// The elements of a list.
    /// - Parameter element: what each is expected to be.
    func elements(_ element: String, count: ClosedRange<Int>) -> [PolicyField]? {
        guard let elements = node.elements else {
            refuse()
            return nil
        }
        guard checkCount(elements.count, in: count) else { return nil }
        return elements.enumerated().map {
            PolicyField(node: $1, path: "\(path)[\($0)]", expected: element, diagnostics: diagnostics)
        }
    }

    /// The entries of a mapping whose keys are the writer's own.
    /// - Parameter value: what each value is expected to be.
    func entries(_ value: String, count: ClosedRange<Int>) -> [(key: YAMLNode, value: PolicyField)]? {
        guard let entries = node.entries else {
            refuse()
            return nil
        }
        guard checkCount(entries.count, in: count) else { return nil }
        return entries.map {
            let path = Quoting.path(path, key: $0.key.text ?? "")
            return ($0.key, PolicyField(node: $0.value, path: path, expected: value, diagnostics: diagnostics))
        }
    }

    private func checkCount(_ found: Int, in range: ClosedRange<Int>) -> Bool {
        if range.contains(found) { return true }
        let noun = node.elements == nil ? "mapping" : "list"
        if found < range.lowerBound {
            diagnostics.report(node.mark, path, found: "an empty \(noun)", expected: expected)
        } else {
            diagnostics.report(node.mark, path, found: "a \(noun) of \(found)", expected: "at most \(range.upperBound)")
        }
        return false
    }

    /// A mapping with the keys that the schema has at a path.
    func object(_ schema: String) -> PolicyObject? {
        PolicyObject(node, path: path, schema: schema, expected: expected, diagnostics)
    }

    /// Reports each element that stands before it already.
    static func refuseRepeats<Value: Hashable>(
        of values: [Located<Value>], _ diagnostics: PolicyDiagnostics, as text: (Value) -> String
    ) {
        var lines: [Value: Int] = [:]
        for value in values {
            if let line = lines[value.value] {
                diagnostics.report(
                    value.mark, value.path, found: "\(text(value.value)) again",
                    expected: "each once (the first is on line \(line))")
            } else {
                lines[value.value] = value.mark.line
            }
        }
    }
}
