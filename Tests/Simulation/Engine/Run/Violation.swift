/// An invariant that was broken.
package struct Violation: Hashable, Sendable, Error {
    package var invariant: String
    /// Milliseconds from the start.
    package var time: Int
    package var message: String
}
