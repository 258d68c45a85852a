import Model
import Planning

/// Performs the readings of a pass, side by side, each within a time limit. A reading that fails is unknown, with what came back.
struct Observer: Sendable {
    let policy: Whitelist
    let ports: LoopPorts
    /// For one reading, its retries included.
    let limit: Duration
    /// Readings of instances and look-ups at a time.
    let width = 32

    func observe(groups: [Whitelist.Group]) async -> Observation {
        let ports = ports
        let selection = policy.addresses
        async let addresses = bounded("the Addresses of project \(selection.project)") { () async throws(APIError) in
            try await ports.compute.addresses(selection)
        }
        async let nodes = readNodes()
        async let read = readGroups(groups)
        return await Observation(at: ports.runtime.now(), addresses: addresses, nodes: nodes, groups: read)
    }

    private func readNodes() async -> Reading<[Node]> {
        guard let selector = policy.nodes?.selector else { return .known([]) }
        let cluster = ports.cluster
        return await bounded("the nodes \(selector.query)") { () async throws(APIError) in try await cluster.nodes(selector) }
    }

    /// Nodes outside the pool that carry a claim of the policy.
    func strays() async -> Reading<[Node]> {
        guard let selector = policy.nodes?.selector else { return .known([]) }
        let cluster = ports.cluster
        let all = await bounded("all nodes of the cluster") { () async throws(APIError) in
            try await cluster.nodes(LabelSelector(requirements: []))
        }
        return all.map { nodes in nodes.filter { !selector.matches($0.labels) && $0.claim?.policy == policy.name } }
    }

    private func readGroups(_ groups: [Whitelist.Group]) async -> [SecurityGroupReference: Reading<SecurityGroup>] {
        await withTaskGroup(of: (SecurityGroupReference, Reading<SecurityGroup>).self) { tasks in
            for group in groups {
                tasks.addTask {
                    let reading = await bounded("the rules of \(group.reference)") { () async throws(APIError) in
                        try await ports.securityGroups.describe(group)
                    }
                    return (group.reference, reading)
                }
            }
            return await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    func answer(_ inquiries: [Inquiry]) async -> [Inquiry: Reconciler.Answer] {
        await withTaskGroup(of: (Inquiry, Reconciler.Answer).self) { tasks in
            var answers: [Inquiry: Reconciler.Answer] = [:]
            for (index, inquiry) in inquiries.enumerated() {
                if index >= width, let (asked, answer) = await tasks.next() { answers[asked] = answer }
                tasks.addTask { (inquiry, await answer(inquiry)) }
            }
            for await (asked, answer) in tasks { answers[asked] = answer }
            return answers
        }
    }

    private func answer(_ inquiry: Inquiry) async -> Reconciler.Answer {
        let compute = ports.compute
        switch inquiry {
        case .instance(let reference):
            return await .instance(bounded("\(reference)") { () async throws(APIError) in try await compute.instance(reference) })
        case .projectAddresses:
            let project = policy.addresses.project
            return await .projectAddresses(
                bounded("all Addresses of project \(project)") { () async throws(APIError) in try await compute.projectAddresses(project) })
        case .lookup(let reference):
            return await .lookup(bounded("\(reference)") { () async throws(APIError) in try await compute.address(reference) })
        }
    }

    /// A reading, or `.unknown` when it fails or takes longer than the limit.
    private func bounded<Value: Sendable>(
        _ what: String, _ read: @escaping @Sendable () async throws(APIError) -> Value
    ) async -> Reading<Value> {
        await withTaskGroup(of: Reading<Value>?.self) { tasks in
            tasks.addTask {
                do throws(APIError) { return .known(try await read()) } catch { return .unknown(error.unknown) }
            }
            tasks.addTask {
                do { try await ports.runtime.sleep(limit) } catch { return nil }
                return .unknown(Unknown(.failed, "\(what): no answer within \(limit.brief)"))
            }
            defer { tasks.cancelAll() }
            while let first = await tasks.next() { if let first { return first } }
            return .unknown(Unknown(.failed, "\(what): the reading was cancelled"))
        }
    }
}
