/// What a run came to.
package struct RunResult: Sendable {
    package var violation: Violation?
    /// Of everything that happened: the same scenario gives the same.
    package var digest: UInt64
    package var events: Int
    package var lines: [String]
    package var coverage: Coverage
    /// Passes after the last fault until the plan was empty.
    package var passes: Int
    /// Milliseconds after the last fault.
    package var convergedAfter: Int?
}
