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
