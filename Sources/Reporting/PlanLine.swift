/// One line of a plan's report: a sign, what it is about, and why.
package struct PlanLine: Hashable, Sendable {
    /// What is to become of the thing.
    package enum Sign: String, Hashable, Sendable {
        case add = "+"
        case remove = "-"
        case change = "~"
        case keep = "="
        /// Due, but held, or wanted and waiting: someone should look.
        case attention = "!"
        case none = " "
    }

    package var sign: Sign
    package var columns: [String]
    package var reason: String

    package init(_ sign: Sign, _ columns: [String], _ reason: String) {
        self.sign = sign
        self.columns = columns
        self.reason = reason
    }
}
