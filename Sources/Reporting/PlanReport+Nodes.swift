import Model
import Planning

extension PlanReport {
    /// The pool by name: who holds what, who gets what, who waits and why.
    static func nodes(_ plan: Plan) -> Section {
        let title = "Nodes of the pool"
        if let unknown = plan.nodesUnknown { return Section(title, [PlanLine(.attention, ["not known"], unknown.message)]) }
        let ips = Dictionary(
            plan.addresses.map { ($0.address.reference, $0.address.ip) }, uniquingKeysWith: { first, _ in first })
        func text(_ reference: AddressReference) -> String {
            ips[reference].map { "\(reference.name) (\($0))" } ?? reference.name
        }
        let resumes = Dictionary(plan.resumes.map { ($0.node.name, $0) }, uniquingKeysWith: { first, _ in first })
        let swaps = Dictionary(plan.swaps.map { ($0.node.name, $0) }, uniquingKeysWith: { first, _ in first })
        let lines = plan.nodes.map { item -> PlanLine in
            let columns = [item.node.name, held(item)]
            switch item.state {
            case .bound(let reference):
                return PlanLine(item.removesTaint ? .change : .keep, columns, "holds \(text(reference))\(taint(item, plan))")
            case .swapping(let reference):
                if let resume = resumes[item.node.name] { return PlanLine(.change, columns, resumed(resume)) }
                guard let swap = swaps[item.node.name] else {
                    return PlanLine(.change, columns, "on its way to \(text(reference))")
                }
                let loss = swap.accessConfig.natIP.map { "gives up \($0) for" } ?? "gets"
                return PlanLine(.change, columns, "swap: \(loss) \(text(reference))")
            case .waiting(let reason):
                return PlanLine(.attention, columns, (reason.isUnknown ? "" : "waits: ") + reason.text(in: plan))
            }
        }
        let cuts = plan.swaps.isEmpty ? [] : ["a swap cuts the connections that the node has through its old address"]
        return Section(title, lines, notes: cuts)
    }

    private static func held(_ item: NodePlan) -> String {
        guard let held = item.held else { return "?" }
        // Of a swap that is not over it is not known which of its addresses the node holds.
        return held.isEmpty ? "none" : held.sorted().map(\.description).joined(separator: item.node.claim == nil ? " " : " or ")
    }

    private static func taint(_ item: NodePlan, _ plan: Plan) -> String {
        if item.removesTaint { return "; its startup taint is taken off" }
        guard !item.taintWaitsFor.isEmpty else { return "" }
        return "; its startup taint stays: \(plan.notAdmittedText(in: item.taintWaitsFor).joined(separator: "; "))"
    }

    private static func resumed(_ resume: ResumedSwap) -> String {
        let claimed = "\(resume.claim.address.name) (\(resume.claim.ip))"
        let whose = resume.claim.policy == resume.policy ? "" : " of the policy \(resume.claim.policy), which is gone,"
        if resume.claimStands { return "an interrupted swap\(whose) to \(claimed) is finished" }
        return
            "an interrupted swap\(whose) to \(claimed), which can't be given any more, ends with another reserved or an ephemeral address"
    }

    /// The reserved set: who holds each, and where it is not admitted yet.
    static func addresses(_ plan: Plan) -> Section {
        let title = "Reserved addresses"
        var lines = plan.addresses.map { item -> PlanLine in
            let block = item.address.cidr
            let columns = [
                item.address.name, block.isSingleAddress ? "\(block.network)" : "\(block)", item.address.reference.region,
            ]
            let missing = plan.notAdmittedText(in: item.notAdmittedIn).map { "; \($0)" }.joined()
            switch item.state {
            // What is held and not admitted can't reach the database.
            case .bound(let node): return PlanLine(missing.isEmpty ? .keep : .attention, columns, "bound to \(node)\(missing)")
            case .claimed(let node): return PlanLine(.change, columns, "on its way to \(node)\(missing)")
            case .unbound: return PlanLine(plan.hasNodes ? .attention : .keep, columns, "unbound: nothing holds it\(missing)")
            case .boundElsewhere(let users):
                let holders = users.map(\.description).joined(separator: ", ")
                if plan.hasNodes { return PlanLine(.attention, columns, "held outside the pool by \(holders)\(missing)") }
                return PlanLine(missing.isEmpty ? .keep : .attention, columns, "held by \(holders)\(missing)")
            case .unknown(let unknown):
                return PlanLine(.attention, columns, "not known who holds it: \(unknown.message)\(missing)")
            }
        }
        if let unknown = plan.reservedUnknown {
            lines.append(PlanLine(.attention, [lines.isEmpty ? "not known" : "others not known"], unknown.message))
        }
        return Section(title, lines)
    }
}
