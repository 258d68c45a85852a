/// The environment variables that AWS's own tools read, as values. An empty variable counts as unset.
package struct AWSEnvironment: Sendable {
    private let variables: [String: String]

    package init(_ variables: [String: String]) { self.variables = variables }

    package subscript(name: String) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        return value
    }

    /// Whether a switch is on: `true` in any case, as botocore reads it.
    package func isTrue(_ name: String) -> Bool { self[name]?.lowercased() == "true" }

    /// `AWS_REGION`, else `AWS_DEFAULT_REGION`.
    package var region: String? { self["AWS_REGION"] ?? self["AWS_DEFAULT_REGION"] }

    package var profile: String { self["AWS_PROFILE"] ?? "default" }

    /// Whether a profile was asked for by name; then it must exist.
    package var namesProfile: Bool { self["AWS_PROFILE"] != nil }

    /// A path of the user's `.aws` folder, `~` expanded; `nil` without a home folder.
    func path(_ variable: String, default file: String) -> String? {
        guard let given = self[variable] else { return self["HOME"].map { "\($0)/.aws/\(file)" } }
        guard given.hasPrefix("~/") else { return given }
        return self["HOME"].map { $0 + given.dropFirst() }
    }
}
