/// Why something is not known.
package struct Unknown: Hashable, Sendable {
    package enum Cause: String, Hashable, Sendable, Codable {
        /// The identity may not read it.
        case denied
        /// The thing asked about does not exist.
        case missing
        /// Only a part was answered.
        case partial
        /// No answer, or none that could be read.
        case failed
    }

    package var cause: Cause
    /// What was tried, on what, what came back, and what to do; for people.
    package var message: String

    package init(_ cause: Cause, _ message: String) {
        self.cause = cause
        self.message = message
    }
}
