package import Model
internal import YAML

/// Policy files: YAML documents of `apiVersion: drawbridge.dev/v1alpha1`, `kind: Whitelist`, each one policy.
///
/// A file is used whole or not at all. Every key is described in `policies/README.md`.
package enum PolicyFile {
    /// Bytes of a file.
    package static let maxBytes = 1 << 20
    /// Documents of a file.
    static let maxPolicies = 100

    /// The policies of a file, in its order; at least one.
    ///
    /// - Parameter name: is put in front of errors.
    /// - Throws: everything that is wrong with it, up to a hundred errors; with malformed YAML, only the first.
    package static func parse(_ bytes: [UInt8], name: String) throws(PolicyFileErrors) -> [Whitelist] {
        let diagnostics = PolicyDiagnostics(file: name)
        let documents = documents(bytes, diagnostics)
        let drafts = documents.compactMap(PolicyDecoder(diagnostics: diagnostics).decode)
        PolicyConflicts(diagnostics: diagnostics).check(drafts)
        if let failure = diagnostics.failure { throw failure }
        let policies = drafts.compactMap(\.whitelist)
        precondition(policies.count == documents.count, "a policy was dropped without a report")
        return policies
    }

    private static func documents(_ bytes: [UInt8], _ diagnostics: PolicyDiagnostics) -> [YAMLNode] {
        var duplicateKeys: [YAMLError] = []
        var documents: [YAMLNode] = []
        do throws(YAMLError) {
            documents = try YAML.parse(bytes, limits: YAMLLimits(maxBytes: maxBytes, maxDepth: 16), duplicateKeys: &duplicateKeys)
        } catch {
            diagnostics.report(error.mark, "", found: error.found, expected: error.expected)
            return []
        }
        for error in duplicateKeys { diagnostics.report(error.mark, "", found: error.found, expected: error.expected) }
        // Separators around nothing, as templates leave them, are no documents to kubectl either.
        documents.removeAll(where: \.isNull)
        if documents.isEmpty {
            diagnostics.report(
                YAMLMark(line: 1, column: 1), "", found: "no document",
                expected: "at least one policy, with apiVersion \(PolicySchema.apiVersion) and kind \(PolicySchema.kind)")
        }
        if documents.count > maxPolicies {
            diagnostics.report(
                documents[maxPolicies].mark, "", found: "\(documents.count) documents", expected: "at most \(maxPolicies)")
            return []
        }
        return documents
    }
}
