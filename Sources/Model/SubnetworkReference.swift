/// The place of a subnetwork. With a Shared VPC its project is the host project, not the instance's.
package struct SubnetworkReference: Hashable, Sendable, CustomStringConvertible {
    package var project: String
    package var region: String
    package var name: String

    package init(project: String, region: String, name: String) {
        self.project = project
        self.region = region
        self.name = name
    }

    /// Reads `…/projects/PROJECT/regions/REGION/subnetworks/NAME`.
    package init?(selfLink: String) {
        let tail = selfLink.split(separator: "/", omittingEmptySubsequences: false).suffix(6).map(String.init)
        guard tail.count == 6, tail[0] == "projects", tail[2] == "regions", tail[4] == "subnetworks", !tail[1].isEmpty, !tail[3].isEmpty,
            !tail[5].isEmpty
        else { return nil }
        self.init(project: tail[1], region: tail[3], name: tail[5])
    }

    package var description: String { "projects/\(project)/regions/\(region)/subnetworks/\(name)" }
}
