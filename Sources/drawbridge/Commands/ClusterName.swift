import ArgumentParser

/// A GKE cluster by its full name. Source: GKE REST reference, `projects.locations.clusters.get`.
struct ClusterName: Hashable, Sendable {
    let project: String
    /// A region or a zone.
    let location: String
    let name: String

    var path: String { "projects/\(project)/locations/\(location)/clusters/\(name)" }

    init(_ text: String) throws {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isName = { (part: String) in
            !part.isEmpty && part.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "-.:".utf8.contains($0) }
        }
        guard parts.count == 6, parts[0] == "projects", ["locations", "zones"].contains(parts[2]), parts[4] == "clusters",
            isName(parts[1]), isName(parts[3]), isName(parts[5])
        else { throw ValidationError("a cluster is projects/PROJECT/locations/LOCATION/clusters/NAME") }
        (project, location, name) = (parts[1], parts[3], parts[5])
    }
}
