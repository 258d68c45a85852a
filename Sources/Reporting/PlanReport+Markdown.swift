extension PlanReport {
    /// The report for a pull request's comment.
    ///
    /// All that other people wrote stands in fences or code spans that are longer than any run of backticks in them: it can't end
    /// them, and there it is neither link, mention, image nor markup.
    package var markdown: String {
        var output = "## Whitelist \(Self.span(policy))\n\n\(summary)\n"
        if !advice.isEmpty { output += "\n" + advice.map { "- \(Self.span($0))\n" }.joined() }
        for section in sections {
            // `diff` highlights the sign in the first column, and `#` as a comment.
            let lines = section.lines.isEmpty ? ["# none"] : PlanLine.aligned(section.lines)
            let body = (lines + section.notes.map { "# \($0)" }).joined(separator: "\n")
            let fence = Self.ticks(longerThanIn: body, atLeast: 3)
            output += "\n### \(section.title)\n\n\(fence)diff\n\(body)\n\(fence)\n"
        }
        return output
    }

    /// Source: CommonMark, Code spans: a space on either side is stripped, so that a text may begin or end with a backtick.
    private static func span(_ text: String) -> String {
        let ticks = ticks(longerThanIn: text, atLeast: 1)
        return ticks.count == 1 ? "`\(text)`" : "\(ticks) \(text) \(ticks)"
    }

    private static func ticks(longerThanIn text: String, atLeast: Int) -> String {
        var longest = 0
        var run = 0
        for byte in text.utf8 {
            run = byte == 0x60 ? run + 1 : 0
            longest = max(longest, run)
        }
        return String(repeating: "`", count: max(atLeast, longest + 1))
    }
}
