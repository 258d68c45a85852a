/// The environment variables that AWS's own tools read, as values. An empty variable counts as unset.
package struct AWSEnvironment: Sendable {
    /// All of them: what a program that is asked for credentials sees.
    let variables: [String: String]

    package init(_ variables: [String: String]) { self.variables = variables }

    package subscript(name: String) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        return value
    }

    /// Whether a switch is on: `true` in any case, as botocore reads it.
    package func isTrue(_ name: String) -> Bool { self[name]?.lowercased() == "true" }

    /// `AWS_REGION`, else `AWS_DEFAULT_REGION`.
    package var region: String? { self["AWS_REGION"] ?? self["AWS_DEFAULT_REGION"] }

    /// `AWS_DEFAULT_PROFILE`, `AWS_PROFILE`: in this order, which is botocore's.
    private var namedProfile: String? { self["AWS_DEFAULT_PROFILE"] ?? self["AWS_PROFILE"] }

    package var profile: String { namedProfile ?? "default" }

    /// Whether a profile was asked for by name; then it must exist.
    package var namesProfile: Bool { namedProfile != nil }

    /// A path of the user's `.aws` folder, `$NAME`, `${NAME}` and `~` expanded; `nil` without a home folder.
    func path(_ variable: String, default file: String) -> String? {
        guard let given = self[variable] else { return self["HOME"].map { "\($0)/.aws/\(file)" } }
        let path = expanded(given)
        guard path == "~" || path.hasPrefix("~/") else { return path }
        return self["HOME"].map { $0 + path.dropFirst() }
    }

    /// What stands for a variable that is not set stays as it is. Source: Python 3.11, posixpath.expandvars.
    private func expanded(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            let isBraced = rest.first == "{"
            let name =
                isBraced ? rest.dropFirst().prefix { $0 != "}" } : rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            let isClosed = !isBraced || name.endIndex < rest.endIndex
            if isClosed, !name.isEmpty, let value = variables[String(name)] {
                result += value
                rest = isBraced ? rest[name.endIndex...].dropFirst() : rest[name.endIndex...]
            } else {
                result += "$"
            }
        }
        return result + rest
    }
}
