import Model

extension StatusReport {
    /// The report for a terminal. Signs and words carry the meaning; colour only repeats it.
    package func text(colored: Bool) -> String {
        func bold(_ text: String) -> String { colored ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
        var output = "\(bold("Drawbridge \(version)"))  \(replica) \(role)  (\(at.rfc3339), up \((at - startedAt).roughly))\n"
        output += text(alerts, colored) + text(activity, colored)
        for policy in policies {
            output += "\n" + bold("Whitelist \(policy.name)") + "  " + passes(policy) + "\n"
            output += "  \(policy.summary)\n" + policy.advice.map { Self.paint("  ! \($0)", .attention, colored) + "\n" }.joined()
            output += policy.tables.map { text($0, colored) }.joined()
        }
        return output + text(changes, colored)
    }

    /// When it was last looked at, and since when not with success.
    package func passes(_ policy: Policy) -> String {
        guard let passedAt = policy.passedAt else { return "not looked at yet" }
        let passed = "looked at \((at - passedAt).roughly) ago"
        if policy.succeededAt == passedAt { return passed }
        return passed + ", without trouble " + (policy.succeededAt.map { "\((at - $0).roughly) ago" } ?? "not yet")
    }

    private func text(_ table: Table, _ colored: Bool) -> String {
        let title = table.rows.isEmpty ? table.title : "\(table.title) (\(table.rows.count + table.more))"
        var output = "\n" + (colored ? "\u{1B}[1m\(title)\u{1B}[0m" : title) + "\n"
        if table.rows.isEmpty {
            output += "    \(table.empty)\n"
        } else {
            let lines =
                [["", ""] + table.columns.map { $0.lowercased() }]
                + table.rows.map { row in
                    [row.sign.rawValue, row.word] + row.cells.map { text($0) }
                }
            let widths = (0..<(table.columns.count + 2)).map { column in lines.map { $0[column].count }.max() ?? 0 }
            for (index, line) in lines.enumerated() {
                var text = "  "
                for (column, width) in widths.enumerated() where width > 0 {
                    text += line[column] + String(repeating: " ", count: width - line[column].count + (column == 0 ? 1 : 2))
                }
                while text.last == " " { text.removeLast() }
                output += (index == 0 ? Self.faint(text, colored) : Self.paint(text, table.rows[index - 1].sign, colored)) + "\n"
            }
            if table.more > 0 { output += "    and \(table.more) more\n" }
        }
        return output + table.notes.map { "    (\($0))\n" }.joined()
    }

    private func text(_ cell: Cell) -> String { cell.text.isEmpty ? cell.since.map { age($0) } ?? "" : cell.text }

    /// How long something has been so.
    package func age(_ since: Chronology.Since) -> String { (since.isAtLeast ? "over " : "") + max(.zero, at - since.at).roughly }

    private static func faint(_ text: String, _ colored: Bool) -> String { colored ? "\u{1B}[2m\(text)\u{1B}[0m" : text }

    private static func paint(_ text: String, _ sign: Sign, _ colored: Bool) -> String {
        guard colored else { return text }
        switch sign {
        case .attention: return "\u{1B}[33m\(text)\u{1B}[0m"
        case .change: return "\u{1B}[36m\(text)\u{1B}[0m"
        case .unknown: return "\u{1B}[2m\(text)\u{1B}[0m"
        case .keep: return text
        }
    }
}

extension Duration {
    /// As long as a person needs it to be: "12s", "5m", "3h 20m", "9d 4h".
    package var roughly: String {
        let seconds = max(0, milliseconds / 1000)
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
        if seconds < 60 { return "\(seconds)s" }
        if minutes < 60 { return "\(minutes)m" }
        if hours < 24 { return minutes % 60 == 0 ? "\(hours)h" : "\(hours)h \(minutes % 60)m" }
        return hours % 24 == 0 ? "\(days)d" : "\(days)d \(hours % 24)h"
    }
}
