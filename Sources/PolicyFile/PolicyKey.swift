/// A key that a policy document may hold.
package struct PolicyKey: Hashable, Sendable {
    /// Where it stands; `[]` is any element of a list, as in `spec.securityGroups[].id`.
    package let path: String
    /// What its value is, as a message names it after "expected".
    package let expected: String
    /// Whether a document without it is refused wherever its parent is given.
    package let isRequired: Bool
    /// What holds when it is left out, as the reference writes it; `nil` when nothing does.
    package let `default`: String?

    init(_ path: String, _ expected: String, required: Bool = false, default: String? = nil) {
        self.path = path
        self.expected = expected
        isRequired = required
        self.default = `default`
    }

    /// The last part of the path.
    package var name: String { path.split(separator: ".").last.map(String.init) ?? path }
    /// The path of the mapping that it stands in; empty for the document.
    package var parent: String { String(path.dropLast(name.count + (path.contains(".") ? 1 : 0))) }
}
