import Model
import Planning

/// Findings from one policy's addresses and nodes: whether the first fit the second. Pure.
package struct PoolDiagnosis {
    let examination: PoolExamination
    private let missing: Set<String>
    private var policy: Whitelist { examination.policy }

    /// - Parameter missing: rights that other findings say the loop stops for want of, such as `list nodes`: what a refusal comes to is
    ///   told there.
    package init(_ examination: PoolExamination, missing: Set<String> = []) {
        self.examination = examination
        self.missing = missing
    }

    package var findings: [Finding] { suspended + addresses + pool }

    func finding(
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
    var reserved: [Address]? { (try? examination.addresses.get())?.addresses.filter(policy.addresses.selects) }

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
                let isNeeded = blind(listing).contains(region)
                return finding(
                    isNeeded ? .stops : .warning, .addresses, tried: "addresses of \(region)", on: project,
                    result: "not known: \(unknown.message)",
                    advice: "until they are, nothing is revoked and no node of that region is swapped"
                        + (isNeeded ? "; no region that the policy needs is known: see the message for what to set right" : ""))
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

    /// The regions that the policy names, or in which its pool has nodes, where none of them could be read; else none.
    private func blind(_ listing: AddressListing) -> Set<String> {
        let nodes = ((try? examination.nodes?.get()) ?? []).compactMap(\.instance).filter { $0.project == policy.addresses.project }
        return [Set(policy.addresses.regions), Set(nodes.map(\.region))].reduce(into: []) { blind, needed in
            if needed.allSatisfy({ listing.unknownRegions[$0] != nil }) { blind.formUnion(needed) }
        }
    }

    struct Place: Hashable, Comparable, CustomStringConvertible {
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
        case .failure(let error) where error.isDenied && missing.contains("list nodes"):
            return [
                finding(
                    .notChecked, .pool, tried: "list nodes", on: pools, result: "the list was refused", advice: "see the right list nodes")
            ]
        case .failure(let error):
            return [
                finding(
                    .stops, .pool, tried: "list nodes", on: pools, result: AWSDiagnosis.answer(error),
                    advice: KubernetesDiagnosis.advice(error))
            ]
        case .success(let nodes) where nodes.isEmpty:
            return [
                finding(
                    .warning, .pool, tried: "list nodes", on: pools, result: "no node matches",
                    advice: "correct spec.nodes, unless the pool is meant to be empty; kubectl get nodes -L cloud.google.com/gke-nodepool")
            ]
        case .success(let nodes):
            let survey = PoolSurvey(nodes, project: policy.addresses.project, instance: instance)
            return [count(nodes, pools)] + misfits(survey) + supply(survey) + ownNode(nodes) + taint(nodes, selector)
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
    private func misfits(_ survey: PoolSurvey) -> [Finding] {
        PoolSurvey.Obstacle.allCases.compactMap { obstacle in survey.obstacles[obstacle].map { misfit(obstacle, $0, survey) } }
            + [interfaces(survey)].compactMap(\.self)
    }

    private func misfit(_ obstacle: PoolSurvey.Obstacle, _ hit: [Node], _ survey: PoolSurvey) -> Finding {
        let project = policy.addresses.project
        let (tried, result, advice) =
            switch obstacle {
            case .autopilot:
                (
                    "Autopilot", "GKE manages these VMs itself: their access configs can't be changed",
                    "use a node pool of a Standard cluster; or Cloud NAT on reserved addresses and a policy without nodes"
                )
            case .project:
                (
                    "project", "their instances are in another project than \(project)",
                    "an instance can hold Addresses of its own project only: reserve them there, and name it in addresses.project"
                )
            case .providerID: ("spec.providerID", "it names no instance of Compute Engine", "select nodes of GKE")
            case .accessConfig:
                (
                    "access config", "none: private nodes leave by Cloud NAT or not at all\(survey.sampled)",
                    "make the pool with public nodes; or Cloud NAT on reserved addresses and a policy without nodes"
                )
            }
        return finding(
            survey.isUnfit ? .stops : .warning, .node, tried: tried, on: Self.names(hit), result: result, advice: advice)
    }

    private func interfaces(_ survey: PoolSurvey) -> Finding? {
        guard !survey.severalInterfaces.isEmpty else { return nil }
        return finding(
            .warning, .node, tried: "network interfaces", on: Self.names(survey.severalInterfaces),
            result: "several; the address goes on the first, nic0\(survey.sampled)",
            advice: "see to it that the traffic to the database leaves by nic0")
    }

    /// Three names, and how many more.
    private static func names(_ nodes: [Node]) -> String {
        let names = nodes.map(\.name).sorted()
        return names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
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
