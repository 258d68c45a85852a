import Model

/// What the nodes of a pool were found to be. Of a large pool some were looked at only; the others are judged by these where they are
/// enough to tell, and count in full wherever nodes are counted.
struct PoolSurvey {
    /// Why a node can't be given an address.
    enum Obstacle: CaseIterable {
        case autopilot, project, providerID, accessConfig
    }

    /// The nodes of one region that nothing is known to be in the way of.
    struct Region {
        let name: String
        /// Those that were looked at and can hold an address.
        var tiers: [NetworkTier: Int] = [:]
        /// Those that were looked at and can't.
        var bare = 0
        /// Those that were not looked at, or could not be.
        var unread = 0

        var read: Int { tiers.values.reduce(0, +) + bare }
        /// Whether the others are as those that were looked at.
        var isTelling: Bool { PoolSurvey.isTelling(read: read, unread: unread) }
        /// Nodes that can hold an address, so far as can be told.
        var count: Int { tiers.isEmpty && isTelling ? 0 : tiers.values.reduce(0, +) + unread }
        var sampled: String { PoolSurvey.sampled(read, of: read + unread) }
    }

    /// So many of those that were looked at speak for the ones that weren't.
    private static let telling = 10

    let nodes: [Node]
    private(set) var obstacles: [Obstacle: [Node]] = [:]
    private(set) var regions: [Region] = []
    private(set) var severalInterfaces: [Node] = []
    private(set) var unread = 0
    private var bare = 0
    private var fit = 0

    init(_ nodes: [Node], project: String, instance: (Node) -> Instance?) {
        self.nodes = nodes
        var found: [String: Region] = [:]
        for node in nodes {
            // Source: GKE documentation, Autopilot overview: the nodes are not accessible through Compute Engine; their names begin so.
            if node.name.hasPrefix("gk3-") {
                obstacles[.autopilot, default: []].append(node)
                continue
            }
            guard let reference = node.instance else {
                obstacles[.providerID, default: []].append(node)
                continue
            }
            guard reference.project == project else {
                obstacles[.project, default: []].append(node)
                continue
            }
            let region = reference.region
            guard let read = instance(node) else {
                unread += 1
                found[region, default: Region(name: region)].unread += 1
                continue
            }
            if read.networkInterfaces.count > 1 { severalInterfaces.append(node) }
            if let config = read.accessConfig {
                fit += 1
                if let tier = config.networkTier {
                    found[region, default: Region(name: region)].tiers[tier, default: 0] += 1
                } else {
                    // Of a tier that this release does not know: as good as not looked at.
                    found[region, default: Region(name: region)].unread += 1
                }
            } else {
                bare += 1
                obstacles[.accessConfig, default: []].append(node)
                found[region, default: Region(name: region)].bare += 1
            }
        }
        regions = found.values.sorted { $0.name < $1.name }
    }

    /// Whether no node can be given an address, whatever keeps each of them from it.
    var isUnfit: Bool { fit == 0 && !obstacles.isEmpty && Self.isTelling(read: bare, unread: unread) }

    /// How many that comes from, where it is not all of them.
    var sampled: String { Self.sampled(nodes.count - unread, of: nodes.count) }

    private static func isTelling(read: Int, unread: Int) -> Bool { unread == 0 || read >= telling }

    private static func sampled(_ read: Int, of all: Int) -> String {
        read == all ? "" : " (\(read) of \(all) nodes were looked at)"
    }
}
