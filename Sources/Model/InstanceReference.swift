/// The place of a VM instance: names are unique within a project's zone, and can be given again.
package struct InstanceReference: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    package var project: String
    package var zone: String
    package var name: String

    package init(project: String, zone: String, name: String) {
        self.project = project
        self.zone = zone
        self.name = name
    }

    /// Reads a node's `spec.providerID`: `gce://PROJECT/ZONE/INSTANCE`.
    package init?(providerID: String) {
        guard providerID.hasPrefix("gce://") else { return nil }
        let parts = providerID.dropFirst("gce://".count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.init(project: String(parts[0]), zone: String(parts[1]), name: String(parts[2]))
    }

    /// Reads `…/projects/PROJECT/zones/ZONE/instances/INSTANCE`, whole: `node-1` is a prefix of `node-10`.
    package init?(selfLink: String) {
        let parts = selfLink.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 6 else { return nil }
        let tail = parts.suffix(6).map(String.init)
        guard tail[0] == "projects", tail[2] == "zones", tail[4] == "instances", !tail[1].isEmpty, !tail[3].isEmpty, !tail[5].isEmpty
        else { return nil }
        self.init(project: tail[1], zone: tail[3], name: tail[5])
    }

    /// `europe-west1` for the zone `europe-west1-b`.
    package var region: String {
        guard let dash = zone.lastIndex(of: "-") else { return zone }
        return String(zone[..<dash])
    }

    package static func < (a: Self, b: Self) -> Bool { (a.project, a.zone, a.name) < (b.project, b.zone, b.name) }
    package var description: String { "projects/\(project)/zones/\(zone)/instances/\(name)" }
}
