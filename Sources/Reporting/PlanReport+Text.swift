extension PlanReport {
    /// The report for a terminal. Signs carry the meaning; colour only repeats it.
    package func text(colored: Bool) -> String {
        var output = bold("Whitelist \(policy)", colored) + "\n"
        for section in sections {
            output += "\n" + bold(section.title, colored) + "\n"
            if section.lines.isEmpty { output += "    nothing\n" }
            output += Self.aligned(section.lines).map { Self.paint($0.text, $0.sign, colored) + "\n" }.joined()
            output += section.notes.map { "    \($0)\n" }.joined()
        }
        output += "\n" + bold(summary, colored) + "\n"
        for line in advice { output += Self.paint("  ! \(line)", .attention, colored) + "\n" }
        return output
    }

    /// The report for a pull request's comment.
    package var markdown: String {
        var output = "## Whitelist `\(policy)`\n\n\(summary)\n"
        for section in sections {
            output += "\n### \(section.title)\n\n```diff\n"
            output += Self.aligned(section.lines).map { line in
                // `diff` highlights a sign in the first column.
                String(line.text.dropFirst(2)) + "\n"
            }.joined()
            output += section.notes.map { "# \($0)\n" }.joined() + "```\n"
        }
        if !advice.isEmpty { output += "\n" + advice.map { "- **\($0)**\n" }.joined() }
        return output
    }

    private func bold(_ text: String, _ colored: Bool) -> String { colored ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    static func paint(_ text: String, _ sign: PlanLine.Sign, _ colored: Bool) -> String {
        guard colored else { return text }
        let color: String
        switch sign {
        case .add: color = "32"
        case .remove: color = "31"
        case .change: color = "36"
        case .attention: color = "33"
        case .keep, .none: return text
        }
        return "\u{1B}[\(color)m\(text)\u{1B}[0m"
    }

    private static func aligned(_ lines: [PlanLine]) -> [(text: String, sign: PlanLine.Sign)] {
        let columns = lines.map(\.columns.count).max() ?? 0
        let widths = (0..<columns).map { column in lines.map { $0.columns.count > column ? $0.columns[column].count : 0 }.max() ?? 0 }
        return lines.map { line in
            let cells = widths.indices.map { index in
                let cell = line.columns.count > index ? line.columns[index] : ""
                return cell + String(repeating: " ", count: widths[index] - cell.count)
            }
            return ("  \(line.sign.rawValue) \(cells.filter { !$0.isEmpty }.joined(separator: "  "))  \(line.reason)", line.sign)
        }
    }
}
