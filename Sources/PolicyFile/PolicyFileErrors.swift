/// Everything that is wrong with a policy file, sorted by place. No policy of such a file is used.
package struct PolicyFileErrors: Error, Hashable, Sendable {
    /// At least one, at most `PolicyDiagnostics.limit`.
    package var errors: [PolicyFileError]
    /// How many more there are.
    package var omitted: Int

    init(_ errors: [PolicyFileError], omitted: Int = 0) {
        self.errors = errors.sorted()
        self.omitted = omitted
    }
}

extension PolicyFileErrors: CustomStringConvertible {
    /// One line per error.
    package var description: String {
        var lines = errors.map(\.description)
        if omitted > 0, let file = errors.first?.file { lines.append("\(file): and \(omitted) more") }
        return lines.joined(separator: "\n")
    }
}
