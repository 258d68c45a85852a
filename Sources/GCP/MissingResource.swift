package import Model

/// The resource that a 404 of Compute Engine names: `The resource 'projects/P/regions/R/addresses/A' was not found`.
package struct MissingResource {
    private let parts: [Substring]

    package init?(_ message: String) {
        let opening = "The resource '"
        guard let start = message.indices.first(where: { message[$0...].hasPrefix(opening) }) else { return nil }
        let rest = message[message.index(start, offsetBy: opening.count)...]
        guard let end = rest.firstIndex(of: "'"), rest[end...].hasPrefix("' was not found") else { return nil }
        parts = rest[..<end].split(separator: "/", omittingEmptySubsequences: false)
    }

    package var isProject: Bool { parts.count == 2 && parts[0] == "projects" }

    package func isAddress(_ reference: AddressReference) -> Bool {
        parts.count == 6 && names(reference.project)
            && parts[2...] == ["regions", Substring(reference.region), "addresses", Substring(reference.name)]
    }

    package func isInstance(_ reference: InstanceReference) -> Bool {
        parts.count == 6 && names(reference.project)
            && parts[2...] == ["zones", Substring(reference.zone), "instances", Substring(reference.name)]
    }

    /// By its id, or by its number.
    private func names(_ project: String) -> Bool {
        parts[0] == "projects" && (parts[1] == project || parts[1].allSatisfy { $0.isASCII && $0.isNumber })
    }
}
