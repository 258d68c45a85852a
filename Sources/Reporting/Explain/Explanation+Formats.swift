import Model

extension Explanation {
    /// For a terminal.
    package func text(colored: Bool) -> String {
        func bold(_ text: String) -> String { colored ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
        guard isFound else {
            return message + "\n" + (near.isEmpty ? "" : "Did you mean:\n" + near.map { "  \($0)\n" }.joined())
        }
        return answers.map { answer in
            var output = bold(answer.title) + (answer.policy.isEmpty ? "" : "  (policy \(answer.policy))") + "\n\(answer.verdict)\n\n"
            for step in answer.steps {
                output += "  \(step.sign.rawValue) \(step.text)" + (step.since.map { " (\(age($0)))" } ?? "") + "\n"
            }
            if !answer.commands.isEmpty { output += "\n" + answer.commands.map { "  $ \($0)\n" }.joined() }
            return output
        }.joined(separator: "\n")
    }

    /// `for over 3m`
    func age(_ since: Chronology.Since) -> String { "for \(since.isAtLeast ? "over " : "")\(max(.zero, at - since.at).roughly)" }

    /// One JSON document on one line.
    ///
    /// | key | value |
    /// |---|---|
    /// | `version` | 1 |
    /// | `subject`, `at` | as it was asked; when it was looked at |
    /// | `answers[]` | one for each policy that knows it: `kind` (`address`, `node`, `rule`, `ip`), `policy`, `title`, `verdict`, `steps[]`, `commands[]` |
    /// | `message?`, `near[]` | why there is no answer, and what was meant perhaps |
    ///
    /// A step has `sign` (`ok`, `change`, `attention`, `unknown`), `text`, and `since?` with `sinceAtLeast?`.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.put("version", 1)
            writer.put("subject", subject)
            writer.put("at", at.rfc3339)
            writer.list("answers", answers) { writer, answer in
                writer.object { writer in
                    writer.put("kind", answer.kind.rawValue)
                    writer.put("policy", answer.policy)
                    writer.put("title", answer.title)
                    writer.put("verdict", answer.verdict)
                    writer.list("steps", answer.steps) { writer, step in
                        writer.object { writer in
                            writer.put("sign", step.sign.word)
                            writer.put("text", step.text)
                            writer.put("since", step.since)
                        }
                    }
                    writer.texts("commands", answer.commands)
                }
            }
            writer.put("message", message.isEmpty ? nil : message)
            writer.texts("near", near)
        }
        return writer.bytes + [0x0A]
    }
}

extension StatusReport.Sign {
    /// In JSON.
    var word: String {
        switch self {
        case .attention: "attention"
        case .change: "change"
        case .unknown: "unknown"
        case .keep: "ok"
        }
    }
}
