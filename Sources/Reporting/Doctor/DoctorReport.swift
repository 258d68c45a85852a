/// All findings of one examination, in a fixed order: the same findings give the same bytes.
package struct DoctorReport: Hashable, Sendable {
    package let findings: [Finding]

    package init(_ findings: [Finding]) { self.findings = Set(findings).sorted() }

    /// Whether nothing was found that stops the loop. What could not be checked stops nothing that is known.
    package var isOK: Bool { !findings.contains { $0.severity == .stops } }

    package func count(_ severity: Finding.Severity) -> Int { findings.count { $0.severity == severity } }

    /// What it comes to, in a sentence.
    package var summary: String {
        let counts = [
            Self.number(count(.warning), "warning", "warnings"), count(.notChecked) > 0 ? "\(count(.notChecked)) not checked" : nil,
            "\(count(.ok)) ok",
        ].compactMap(\.self).joined(separator: ", ")
        let rest = counts + (unproven.isEmpty ? "" : "; not proven: \(unproven)")
        switch count(.stops) {
        case 0: return "Nothing was found that stops the loop: \(rest)."
        case 1: return "1 finding stops the loop; besides \(rest)."
        case let stops: return "\(stops) findings stop the loop; besides \(rest)."
        }
    }

    /// Rights of which nothing is known are no rights that are there: each is named, so far as a sentence bears.
    private var unproven: String {
        let names = Set(findings.filter { $0.severity == .notChecked && $0.check == .right }.map { "\($0.tried) on \($0.resource)" })
            .sorted()
        return names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }

    private static func number(_ count: Int, _ one: String, _ many: String) -> String? {
        count == 0 ? nil : "\(count) \(count == 1 ? one : many)"
    }
}

extension DoctorReport {
    /// The report for a terminal: a section for each subject, a line for each finding, and beneath it what to do. Words carry the meaning;
    /// colour only repeats it.
    package func text(colored: Bool) -> String {
        func bold(_ text: String) -> String { colored ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
        var output = ""
        var rest = findings[...]
        while let first = rest.first {
            let section = rest.prefix { $0.area == first.area && $0.subject == first.subject }
            rest = rest.dropFirst(section.count)
            output += (output.isEmpty ? "" : "\n") + bold("\(Self.title(first.area)): \(first.subject)") + "\n"
            let (tried, resource) = (Self.width(section.map(\.tried)), Self.width(section.map(\.resource)))
            for finding in section {
                let cells = [
                    Self.padded(Self.word(finding.severity), to: 11), Self.padded(finding.tried, to: tried),
                    Self.padded(finding.resource, to: resource), finding.result,
                ]
                output += Self.paint("  " + cells.joined(separator: "  "), finding.severity, colored) + "\n"
                if let advice = finding.advice { output += Self.paint("               → \(advice)", finding.severity, colored) + "\n" }
                if let document = finding.document {
                    output += document.split(separator: "\n").map { "                 \($0)\n" }.joined()
                }
            }
        }
        return output + (output.isEmpty ? "" : "\n") + bold(summary) + "\n"
    }

    private static func title(_ area: Finding.Area) -> String {
        switch area {
        case .aws: "AWS"
        case .google: "Google Cloud"
        case .kubernetes: "Kubernetes"
        case .policy: "Whitelist"
        }
    }

    private static func word(_ severity: Finding.Severity) -> String {
        switch severity {
        case .ok: "ok"
        case .warning: "warning"
        case .stops: "STOPS"
        case .notChecked: "not checked"
        }
    }

    /// A cell that is longer than most does not push all the others out of sight.
    private static let cellLimit = 60

    private static func width(_ cells: [String]) -> Int { min(cells.map(\.count).max() ?? 0, cellLimit) }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func paint(_ text: String, _ severity: Finding.Severity, _ colored: Bool) -> String {
        guard colored else { return text }
        switch severity {
        case .ok, .notChecked: return text
        case .warning: return "\u{1B}[33m\(text)\u{1B}[0m"
        case .stops: return "\u{1B}[31m\(text)\u{1B}[0m"
        }
    }
}
