internal import YAML

/// A mapping whose keys are those of the schema. Making one reports unknown keys and required ones that are missing.
struct PolicyObject {
    let node: YAMLNode
    let path: String
    private let schema: String
    let diagnostics: PolicyDiagnostics

    init?(_ node: YAMLNode, path: String, schema: String, expected: String, _ diagnostics: PolicyDiagnostics) {
        self.node = node
        self.path = path
        self.schema = schema
        self.diagnostics = diagnostics
        guard let entries = node.entries else {
            diagnostics.report(node.mark, path, found: Quoting.found(node), expected: expected)
            return nil
        }
        let keys = PolicySchema.keys(of: schema)
        let present = Set(entries.compactMap(\.key.text))
        for entry in entries {
            guard let name = entry.key.text, !keys.contains(where: { $0.name == name }) else { continue }
            refuse(unknown: name, at: entry.key.mark, among: keys, present)
        }
        for key in keys where key.isRequired && !present.contains(key.name) {
            diagnostics.report(node.mark, childPath(key.name), found: "nothing", expected: key.expected)
        }
    }

    private func refuse(unknown name: String, at mark: YAMLMark, among keys: [PolicyKey], _ present: Set<String>) {
        if schema.isEmpty, name == "status" {
            diagnostics.report(
                mark, "status", found: "a status", expected: "none: what a controller observed is no part of a policy")
            return
        }
        let names = keys.map(\.name).joined(separator: ", ")
        diagnostics.report(
            mark, Quoting.path(path, key: name), found: "an unknown key",
            expected: "one of \(names)\(diagnostics.isFull ? "" : PolicySchema.hint(for: name, in: schema))")
    }

    private func childPath(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// The value of a key of the schema; `nil` when it is not given.
    subscript(name: String) -> PolicyField? {
        let schemaPath = schema.isEmpty ? name : "\(schema).\(name)"
        guard let key = PolicySchema.key(schemaPath) else { preconditionFailure("no key \(schemaPath) in the schema") }
        return node[name].map { PolicyField(node: $0, path: childPath(name), expected: key.expected, diagnostics: diagnostics) }
    }

    /// The mapping under a key; `nil` when it is not given or is none.
    func object(_ name: String) -> PolicyObject? { self[name]?.object(schema.isEmpty ? name : "\(schema).\(name)") }

    func report(found: String, expected: String) { diagnostics.report(node.mark, path, found: found, expected: expected) }
}
