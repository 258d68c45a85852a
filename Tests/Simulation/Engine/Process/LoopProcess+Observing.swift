import Kubernetes
import Model
import Planning
import Reconciliation
import Sandbox

/// The readings of a pass as `Observer` makes them: side by side, each within ten seconds, unknown when it fails.
extension LoopProcess {
    private static let limit = 10_000
    private static let width = 32

    func observe(_ pass: Int, _ groups: [Whitelist.Group]) {
        var observation = Observation(
            at: replica.moment, addresses: .unknown(Unknown(.failed, "")), nodes: .known([]), groups: [:])
        var open = groups.count + 2
        func took(_ set: (inout Observation) -> Void) {
            set(&observation)
            open -= 1
            if open == 0 { send(.observed(pass: pass, observation)) }
        }
        let selection = policy.addresses
        read(
            "the Addresses",
            { token, done in
                self.replica.addresses(
                    .listAddresses, { address in selection.labels.allSatisfy { address.labels[$0.key] == $0.value } }, token, done)
            },
            { reading in took { $0.addresses = reading } })
        if let selector = policy.nodes?.selector {
            read(
                "the nodes", { token, done in self.replica.listNodes(selector, "pool", token) { done($0.map(\.items)) } },
                { reading in took { $0.nodes = reading } })
        } else {
            took { $0.nodes = .known([]) }
        }
        for group in groups {
            read(
                "the rules", { token, done in self.replica.describe(group.reference, token, done) },
                { reading in took { $0.groups[group.reference] = reading } })
        }
    }

    func seekStrays() {
        guard let selector = policy.nodes?.selector else { return send(.strays(.known([]))) }
        let name = policy.name
        read(
            "all nodes", { token, done in self.replica.listNodes(nil, "all", token) { done($0.map(\.items)) } },
            { [unowned self] reading in
                send(.strays(reading.map { nodes in nodes.filter { !selector.matches($0.labels) && $0.claim?.policy == name } }))
            })
    }

    func inquire(_ pass: Int, _ inquiries: [Inquiry]) {
        var answers: [Inquiry: Reconciler.Answer] = [:]
        var waiting = inquiries[...]
        func next() {
            guard let inquiry = waiting.popFirst() else { return }
            ask(inquiry) { [unowned self] answer in
                answers[inquiry] = answer
                if answers.count == inquiries.count { send(.answered(pass: pass, answers)) } else { next() }
            }
        }
        for _ in 0..<Self.width { next() }
    }

    private func ask(_ inquiry: Inquiry, _ done: @escaping (Reconciler.Answer) -> Void) {
        switch inquiry {
        case .instance(let reference):
            read("instance", { token, done in self.replica.instance(reference, token, done) }, { done(.instance($0)) })
        case .projectAddresses:
            read(
                "all Addresses", { token, done in self.replica.addresses(.listProjectAddresses, { _ in true }, token, done) },
                { done(.projectAddresses($0)) })
        case .lookup(let reference):
            read("address", { token, done in self.replica.address(reference, token, done) }, { done(.lookup($0)) })
        }
    }

    private func read<Value>(
        _ what: String, _ call: (Cancellation, @escaping (Result<Value, APIError>) -> Void) -> Void,
        _ done: @escaping (Reading<Value>) -> Void
    ) {
        let token = Cancellation()
        func once(_ reading: Reading<Value>) {
            guard !token.isCancelled else { return }
            token.cancel()
            done(reading)
        }
        replica.after(Self.limit) { once(.unknown(Unknown(.failed, "\(what): no answer within 10s"))) }
        call(token) { result in
            switch result {
            case .success(let value): once(.known(value))
            case .failure(let error): once(.unknown(error.unknown))
            }
        }
    }
}
