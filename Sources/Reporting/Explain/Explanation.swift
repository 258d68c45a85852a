package import Model

/// Why something is as it is: the facts and the rules that lead there, one after the other.
///
/// All of its texts are printable.
package struct Explanation: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
        package var sign: StatusReport.Sign
        package var text: String
        package var since: Chronology.Since?

        init(_ sign: StatusReport.Sign, _ text: String, since: Chronology.Since? = nil) {
            self.sign = sign
            self.text = Printable.line(text)
            self.since = since
        }
    }

    package enum Kind: String, Hashable, Sendable, CaseIterable { case address, node, rule, ip }

    /// What one policy makes of the thing.
    package struct Answer: Hashable, Sendable {
        package var kind: Kind
        package var policy: String
        package var title: String
        /// Where it stands, in a sentence.
        package var verdict: String
        package var steps: [Step]
        /// What a person may want to type.
        package var commands: [String]

        init(_ kind: Kind, policy: String, title: String, verdict: String, steps: [Step], commands: [String] = []) {
            self.kind = kind
            self.policy = Printable.line(policy)
            self.title = Printable.line(title)
            self.verdict = Printable.line(verdict)
            self.steps = steps
            self.commands = commands.map { Printable.line($0) }
        }
    }

    /// As it was asked.
    package let subject: String
    package let at: Timestamp
    /// Empty when nothing, or more than one thing, goes by that name.
    package let answers: [Answer]
    /// Why there is no answer; empty when there is one.
    package let message: String
    /// What was meant perhaps: each is a subject that has an answer.
    package let near: [String]

    package var isFound: Bool { !answers.isEmpty }

    init(_ subject: String, at: Timestamp, answers: [Answer], message: String = "", near: [String] = []) {
        self.subject = Printable.line(subject)
        self.at = at
        self.answers = answers
        self.message = Printable.line(message)
        self.near = near.map { Printable.line($0) }
    }
}
