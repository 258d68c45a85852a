import Model
import Planning

extension PlanDocument {
    struct Node: Encodable {
        let name: String
        let state: String
        let address: String?
        let externalIPs: [String]?
        let wait: Wait?
        let removesStartupTaint: Bool
        let startupTaintWaitsFor: [GroupReference]

        init(_ item: NodePlan, of plan: Plan) {
            name = item.node.name
            externalIPs = item.held.map { $0.sorted().map(\.description) }
            removesStartupTaint = item.removesTaint
            startupTaintWaitsFor = item.taintWaitsFor.map(GroupReference.init)
            switch item.state {
            case .bound(let reference): (state, address, wait) = ("bound", reference.name, nil)
            case .swapping(let reference):
                (address, wait) = (reference.name, nil)
                if plan.resumes.contains(where: { $0.node.name == item.node.name }) {
                    state = "resume"
                } else {
                    state = plan.swaps.contains { $0.node.name == item.node.name } ? "swap" : "swapping"
                }
            case .waiting(let why): (state, address, wait) = ("waiting", nil, Wait(reason: why.word, message: why.text(in: plan)))
            }
        }
    }

    struct Wait: Encodable {
        let reason: String
        let message: String
    }

    struct Address: Encodable {
        let project: String
        let region: String
        let name: String
        let id: String
        let cidr: String
        let state: String
        let node: String?
        let users: [String]?
        let unknown: Unknown?
        let notAdmittedIn: [GroupReference]

        init(_ item: AddressPlan) {
            project = item.address.reference.project
            region = item.address.reference.region
            name = item.address.name
            id = item.address.id
            cidr = item.address.cidr.description
            notAdmittedIn = item.notAdmittedIn.map(GroupReference.init)
            switch item.state {
            case .bound(let node): (state, self.node, users, unknown) = ("bound", node, nil, nil)
            case .claimed(let node): (state, self.node, users, unknown) = ("claimed", node, nil, nil)
            case .unbound: (state, node, users, unknown) = ("unbound", nil, nil, nil)
            case .boundElsewhere(let users):
                (state, node, self.users, unknown) = ("boundElsewhere", nil, users.map(\.description), nil)
            case .unknown(let why): (state, node, users, unknown) = ("unknown", nil, nil, Unknown(why))
            }
        }
    }
}
