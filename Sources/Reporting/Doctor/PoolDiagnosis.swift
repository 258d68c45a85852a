import Model
import Planning

/// Findings from one policy's addresses and nodes: whether the first fit the second. Pure.
package struct PoolDiagnosis {
    private let examination: PoolExamination
    private var policy: Whitelist { examination.policy }

    package init(_ examination: PoolExamination) { self.examination = examination }

    package var findings: [Finding] { suspended + addresses + pool }

    private func finding(
        _ severity: Finding.Severity, _ check: Finding.Check, tried: String, on resource: String, result: String, advice: String? = nil
    ) -> Finding {
        Finding(severity, .policy, policy.name, check, tried: tried, on: resource, result: result, advice: advice)
    }

    private var suspended: [Finding] {
        guard policy.suspend else { return [] }
        return [
            finding(
                .warning, .configuration, tried: "spec.suspend", on: policy.name, result: "true: the loop observes and writes nothing",
                advice: "take it back when the policy is to be carried out")
        ]
    }

    // MARK: Addresses

    private var selection: String {
        policy.addresses.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
            + (policy.addresses.regions.isEmpty ? "" : " in \(policy.addresses.regions.joined(separator: ", "))")
    }

    /// Which the policy selects.
    private var reserved: [Address]? { (try? examination.addresses.get())?.addresses.filter(policy.addresses.selects) }

    private var addresses: [Finding] {
        let project = "projects/\(policy.addresses.project)"
        switch examination.addresses {
        // Told as a right, with what to do.
        case .failure(let error) where error.isDenied:
            return [
                finding(
                    .notChecked, .addresses, tried: selection, on: project, result: "the list was refused",
                    advice: "see the right compute.addresses.list")
            ]
        case .failure(let error):
            return [
                finding(
                    .stops, .addresses, tried: selection, on: project, result: AWSDiagnosis.answer(error),
                    advice: "check addresses.project, and the way to Compute Engine")
            ]
        case .success(let listing):
            let found = reserved ?? []
            let unknown = listing.unknownRegions.sorted { $0.key < $1.key }.map { region, unknown in
                finding(
                    .warning, .addresses, tried: "addresses of \(region)", on: project, result: "not known: \(unknown.message)",
                    advice: "until they are, nothing is revoked and no node of that region is swapped")
            }
            guard !found.isEmpty else {
                return [
                    finding(
                        .warning, .addresses, tried: selection, on: project, result: "no Address carries these labels",
                        advice: "label the Addresses that are to be admitted, or correct addresses.labels, regions and project")
                ] + unknown
            }
            let places = Dictionary(grouping: found) { Place(region: $0.reference.region, tier: $0.networkTier) }
            let counts = places.sorted { $0.key < $1.key }.map { "\($0.value.count) \($0.key)" }.joined(separator: ", ")
            return [finding(.ok, .addresses, tried: selection, on: project, result: "\(found.count) Addresses: \(counts)")] + unknown
        }
    }

    private struct Place: Hashable, Comparable, CustomStringConvertible {
        var region: String
        var tier: NetworkTier

        static func < (a: Place, b: Place) -> Bool { (a.region, a.tier.rawValue) < (b.region, b.tier.rawValue) }
        var description: String { "\(tier.rawValue) in \(region)" }
    }

    // MARK: Nodes

    private var pool: [Finding] {
        guard let selector = policy.nodes, let reading = examination.nodes else { return [] }
        let pools = selector.nodePools.isEmpty ? selector.selector.query : "node pool \(selector.nodePools.joined(separator: ", "))"
        switch reading {
        case .failure(let error) where error.isDenied:
            return [
                finding(
                    .notChecked, .pool, tried: "list nodes", on: pools, result: "the list was refused", advice: "see the right list nodes")
            ]
        case .failure(let error):
            return [
                finding(
                    .stops, .pool, tried: "list nodes", on: pools, result: AWSDiagnosis.answer(error),
                    advice: "see to it that the API server can be reached, and ask again")
            ]
        case .success(let nodes) where nodes.isEmpty:
            return [
                finding(
                    .warning, .pool, tried: "list nodes", on: pools, result: "no node matches",
                    advice: "correct spec.nodes, unless the pool is meant to be empty; kubectl get nodes -L cloud.google.com/gke-nodepool")
            ]
        case .success(let nodes):
            return [count(nodes, pools)] + misfits(nodes) + supply(nodes) + ownNode(nodes) + taint(nodes, selector)
        }
    }

    private func count(_ nodes: [Node], _ pools: String) -> Finding {
        let ips = Set((reserved ?? []).map(\.ip))
        let bound = nodes.count { $0.externalIPs.contains(where: ips.contains) }
        return finding(
            .ok, .pool, tried: "list nodes", on: pools, result: "\(nodes.count) nodes, \(bound) of them on a reserved address")
    }

    private func instance(_ node: Node) -> Instance? { node.instance.flatMap { try? examination.instances[$0]?.get() } }

    /// Why a node can't be given an address, each reason once, with the nodes that it holds for.
    private func misfits(_ nodes: [Node]) -> [Finding] {
        let project = policy.addresses.project
        let autopilot = nodes.filter { $0.name.hasPrefix("gk3-") }
        let others = nodes.filter { !$0.name.hasPrefix("gk3-") }
        let foreign = others.filter { $0.instance.map { $0.project != project } ?? false }
        let bare = others.filter { instance($0).map { $0.accessConfig == nil } ?? false }
        return [
            // Source: GKE documentation, Autopilot overview: the nodes are not accessible through Compute Engine; their names begin so.
            misfit(
                autopilot, of: nodes, "Autopilot", "GKE manages these VMs itself: their access configs can't be changed",
                "use a node pool of a Standard cluster; or Cloud NAT on reserved addresses and a policy without nodes"),
            misfit(
                foreign, of: nodes, "project", "their instances are in another project than \(project)",
                "an instance can hold Addresses of its own project only: reserve them there, and name it in addresses.project"),
            misfit(
                others.filter { $0.instance == nil }, of: nodes, "spec.providerID", "it names no instance of Compute Engine",
                "select nodes of GKE"),
            misfit(
                bare, of: nodes, "access config", "none: private nodes leave by Cloud NAT or not at all",
                "make the pool with public nodes; or Cloud NAT on reserved addresses and a policy without nodes"),
            interfaces(others.filter { (instance($0)?.networkInterfaces.count ?? 0) > 1 }),
        ].compactMap(\.self)
    }

    private func misfit(_ hit: [Node], of nodes: [Node], _ tried: String, _ result: String, _ advice: String) -> Finding? {
        guard !hit.isEmpty else { return nil }
        return finding(
            hit.count == nodes.count ? .stops : .warning, .node, tried: tried, on: Self.names(hit), result: result, advice: advice)
    }

    private func interfaces(_ hit: [Node]) -> Finding? {
        guard !hit.isEmpty else { return nil }
        return finding(
            .warning, .node, tried: "network interfaces", on: Self.names(hit),
            result: "several; the address goes on the first, nic0",
            advice: "see to it that the traffic to the database leaves by nic0")
    }

    /// Three names, and how many more.
    private static func names(_ nodes: [Node]) -> String {
        let names = nodes.map(\.name).sorted()
        return names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
    }

    /// Addresses against nodes. A node that was not read counts in its region, whatever its tier.
    private func supply(_ nodes: [Node]) -> [Finding] {
        guard let reserved, let listing = try? examination.addresses.get() else { return [] }
        let usable = reserved.filter { $0.ip.family == .v4 }
        let regions = Dictionary(grouping: nodes.filter { $0.instance?.project == policy.addresses.project }) { $0.instance?.region ?? "" }
        let served = nodes.contains { node in
            guard node.instance?.project == policy.addresses.project, let region = node.instance?.region else { return false }
            let tier = instance(node)?.accessConfig?.networkTier
            return usable.contains { $0.reference.region == region && (tier ?? $0.networkTier) == $0.networkTier }
        }
        return regions.sorted { $0.key < $1.key }.flatMap { region, nodes -> [Finding] in
            guard listing.unknownRegions[region] == nil else { return [] }
            let here = usable.filter { $0.reference.region == region }
            guard !here.isEmpty else {
                return [
                    finding(
                        served ? .warning : .stops, .supply, tried: "addresses for nodes", on: region,
                        result: "\(nodes.count) nodes, and no reserved Address in that region",
                        advice: "reserve Addresses in \(region) with the policy's labels; a node holds Addresses of its own region only")
                ]
            }
            let tiers = Dictionary(grouping: nodes) { instance($0)?.accessConfig?.networkTier }
            return tiers.compactMap { tier, nodes in
                tier.map { self.supply(Place(region: region, tier: $0), nodes.count, here, isServed: served) }
            }
        }
    }

    private func supply(_ place: Place, _ nodes: Int, _ here: [Address], isServed: Bool) -> Finding {
        let fitting = here.count { $0.networkTier == place.tier }
        let other = here.count - fitting
        let result = "\(nodes) nodes, \(fitting) Addresses" + (other > 0 ? ", \(other) of the other tier" : "")
        guard fitting < nodes else {
            return finding(.ok, .supply, tried: "addresses for nodes", on: place.description, result: result)
        }
        let advice =
            fitting == 0 && other > 0
            ? "a node's access config and its Address must be of one tier: reserve \(place.tier.rawValue) Addresses, or make the nodes of the other"
            : "\(nodes - fitting) nodes get none: reserve as many, and some to spare for surge upgrades"
        return finding(
            fitting == 0 && !isServed ? .stops : .warning, .supply, tried: "addresses for nodes", on: place.description, result: result,
            advice: advice)
    }

    private func ownNode(_ nodes: [Node]) -> [Finding] {
        guard let own = examination.ownNode, nodes.contains(where: { $0.name == own }) else { return [] }
        return [
            finding(
                .warning, .ownNode, tried: "NODE_NAME", on: own, result: "this process runs on a node of the pool that it is to swap",
                advice: "it never cuts itself off: run it on another pool, or two replicas apart, so that this node gets an address too")
        ]
    }

    // MARK: The startup taint

    /// Source: cluster autoscaler FAQ, "startup taints": those with this prefix are left out of its simulation.
    private static let autoscalerPrefix = "startup-taint.cluster-autoscaler.kubernetes.io/"

    private func taint(_ nodes: [Node], _ pool: Whitelist.Nodes) -> [Finding] {
        guard let key = pool.startupTaint else {
            return [
                finding(
                    .ok, .startupTaint, tried: "startupTaint", on: policy.name,
                    result: "none: pods may start on a new node before its address is admitted and bound")
            ]
        }
        let tainted = nodes.count { node in node.taints.contains { $0.key == key } }
        let result = "\(tainted) of \(nodes.count) nodes carry it now"
        guard key.hasPrefix(Self.autoscalerPrefix) else {
            return [
                finding(
                    .warning, .startupTaint, tried: "startupTaint", on: key, result: result,
                    advice:
                        "the cluster autoscaler adds no node for pods that don't tolerate it: begin its key with \(Self.autoscalerPrefix)")
            ]
        }
        return [finding(.ok, .startupTaint, tried: "startupTaint", on: key, result: result)]
    }
}
