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
