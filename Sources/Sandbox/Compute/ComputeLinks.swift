/// Self links: one base in front of a resource's path.
package struct ComputeLinks: Hashable, Sendable {
    /// Ends with a slash.
    package var base: String

    /// What Compute Engine writes whatever endpoint was asked.
    package static let google = ComputeLinks(base: "https://www.googleapis.com/compute/v1/")

    package init(base: String) { self.base = base }

    package func link(_ path: String) -> String { path.hasPrefix("https://") || path.hasPrefix("http://") ? path : base + path }

    /// The path of a link: from `projects/` on.
    package static func path(of link: String) -> String {
        let parts = link.split(separator: "/", omittingEmptySubsequences: false)
        guard let start = parts.firstIndex(of: "projects") else { return link }
        return parts[start...].joined(separator: "/")
    }
}
