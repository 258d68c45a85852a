extension PlanReport {
    /// The report for a terminal. Signs carry the meaning; colour only repeats it.
    package func text(colored: Bool) -> String {
        func bold(_ text: String) -> String { colored ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
        var output = bold("Whitelist \(policy)") + "\n"
        for section in sections {
            output += "\n" + bold(section.title) + "\n"
            if section.lines.isEmpty { output += "    none\n" }
            for (line, text) in zip(section.lines, PlanLine.aligned(section.lines)) {
                output += Self.paint("  \(text)", line.sign, colored) + "\n"
            }
            output += section.notes.map { "    (\($0))\n" }.joined()
        }
        output += "\n" + bold(summary) + "\n"
        for line in advice { output += Self.paint("  ! \(line)", .attention, colored) + "\n" }
        return output
    }

    private static func paint(_ text: String, _ sign: PlanLine.Sign, _ colored: Bool) -> String {
        guard colored else { return text }
        let color: String
        switch sign {
        case .add: color = "32"
        case .remove: color = "31"
        case .change: color = "36"
        case .attention: color = "33"
        case .keep: return text
        }
        return "\u{1B}[\(color)m\(text)\u{1B}[0m"
    }
}
