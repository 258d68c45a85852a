import Model
import Planning

/// Of Addresses and nodes.
extension PlanView {
    /// An external static IPv4 address that nothing uses costs about $0.01 an hour, of which a month has 730.
    ///
    /// Source: cloud.google.com/vpc/pricing, "External IP address pricing": static IP address, assigned but unused, $0.01 an hour.
    static let unusedAddressCost = "about $7.30 a month"

    var addresses: [Condition] {
        guard policy.nodes != nil else { return [] }
        return plan.addresses.compactMap { item in
            let (address, reference) = (item.address, item.address.reference)
            let labels = ["address": reference.name, "ip": "\(address.ip)", "region": reference.region]
            switch item.state {
            case .unbound:
                let cost = address.ip.family == .v4 ? "; unused it costs \(Self.unusedAddressCost)" : ""
                return Condition(
                    identity(.addressUnbound, "\(reference)"), .warning,
                    "no node holds \(reference.name) (\(address.ip), \(reference.region)), tolerated for \(policy.alerts.unboundAfter.brief)\(cost)",
                    action:
                        "let the pool grow, or release it: gcloud compute addresses delete \(reference.name) --region=\(reference.region) --project=\(reference.project)",
                    labels: labels, after: policy.alerts.unboundAfter)
            case .boundElsewhere(let users):
                return Condition(
                    identity(.addressBoundElsewhere, "\(reference)"), .warning,
                    "\(reference.name) (\(address.ip)) is held outside the pool by \(users.map(\.description).joined(separator: ", ").shown())",
                    action:
                        "free it there, or take the policy's labels off it: gcloud compute addresses describe \(reference.name) --region=\(reference.region) --project=\(reference.project)",
                    labels: labels, after: policy.alerts.unboundAfter)
            default: return nil
            }
        }
    }

    var unassigned: [Condition] {
        plan.nodes.compactMap { item in
            guard case .waiting(let reason) = item.state, !reason.isUnknown else { return nil }
            return Condition(
                identity(.nodeUnassigned, item.node.name), .warning,
                "\(item.node.name) has no reserved address, tolerated for \(policy.alerts.unassignedAfter.brief): \(reason.text(in: plan))",
                action: "drawbridge explain \(item.node.name); drawbridge plan --policy FILE shows what every node waits for",
                labels: ["node": item.node.name], node: NodeIdentity(item.node), after: policy.alerts.unassignedAfter)
        }
    }

    /// One for each region in which nodes wait for an address that the reserved set does not have.
    var exhausted: [Condition] {
        var waiting: [String: [(node: String, reserved: Int)]] = [:]
        for item in plan.nodes {
            guard case .waiting(.exhausted(let region, let reserved, _)) = item.state else { continue }
            waiting[region, default: []].append((item.node.name, reserved))
        }
        return waiting.sorted { $0.key < $1.key }.map { region, nodes in
            let reserved = nodes.first?.reserved ?? 0
            let labels = policy.addresses.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
            return Condition(
                identity(.poolExhausted, region), .warning,
                "\(nodes.count.counting("node")) in \(region) \(nodes.count == 1 ? "waits" : "wait") for an address, and none of the \(reserved) reserved there is free: \(brief(nodes.map(\.node)))",
                action:
                    "reserve more (gcloud compute addresses create NAME --region=\(region) --project=\(policy.addresses.project)\(labels.isEmpty ? "" : ", then label them \(labels)")), or let the pool shrink",
                labels: ["region": region], after: policy.alerts.unassignedAfter)
        }
    }

    /// What must not stay silent while it is being mended.
    func stranded(_ nodes: [StrandedNode]) -> [Condition] {
        nodes.map { stranded in
            Condition(
                identity(.nodeWithoutAddress, stranded.node.name), .critical,
                "\(stranded.node.name) \(stranded.isCertain ? "HAS" : "MAY HAVE") NO EXTERNAL ADDRESS: \(stranded.reason)",
                action:
                    "it is tried again and again; what Compute Engine answers says what it lacks (drawbridge doctor --policy FILE). By hand: gcloud compute instances add-access-config, then take the annotation \(Node.Annotation.claim) off the node",
                labels: ["node": stranded.node.name], node: NodeIdentity(stranded.node), after: .zero)
        }
    }
}
