/// What became of a program.
package struct CommandResult: Hashable, Sendable {
    package enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        /// Ended by this side: its time or its output was beyond the limit, or the caller was cancelled.
        case timedOut
        case tooMuchOutput
        case cancelled
    }

    package var ending: Ending
    package var output: [UInt8]
    package var errors: [UInt8]

    package init(ending: Ending, output: [UInt8], errors: [UInt8]) {
        self.ending = ending
        self.output = output
        self.errors = errors
    }
}
