/// A program to run: without a shell, without a terminal, with limits.
package struct Command: Sendable {
    /// An absolute path, or a name that is looked up in the environment's PATH.
    package var program: String
    package var arguments: [String]
    package var environment: [String: String]
    /// Of standard output and of standard error, each.
    package var outputBytes: Int
    package var timeLimit: Duration

    package init(program: String, arguments: [String], environment: [String: String], outputBytes: Int, timeLimit: Duration) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.outputBytes = outputBytes
        self.timeLimit = timeLimit
    }
}

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

/// What runs programs.
package struct CommandRunner: Sendable {
    package enum Failure: Error, Hashable, Sendable {
        /// There is no such program.
        case missing
        /// What the system said.
        case notStarted(String)
    }

    package var run: @Sendable (Command) async throws(Failure) -> CommandResult

    package init(run: @escaping @Sendable (Command) async throws(Failure) -> CommandResult) { self.run = run }
}
