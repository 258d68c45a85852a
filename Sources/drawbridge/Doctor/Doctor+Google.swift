import GCP
import Model
import Reconciliation
import Reporting

extension Doctor {
    /// Instances that are asked about, of each policy: the others are judged by these.
    private static let limit = 50
    /// Zones, regions and subnetworks.
    private static let scopeLimit = 10

    func callerOfGoogle() async -> Result<GoogleExamination.Caller, APIError> {
        let (variables, proxied, direct, runtime) = (surroundings.variables, proxied, direct, clouds.runtime)
        return await questions.ask(.credentials, "identity", on: "Google Cloud") { () async throws(APIError) in
            let tokens = try GCPIdentity.tokenSource(environment: variables, transport: proxied, direct: direct, runtime: runtime)
            let caller = try await GCPIdentity.caller(
                environment: variables, tokens: tokens, transport: proxied, direct: direct, runtime: runtime)
            return GoogleExamination.Caller(
                email: caller.email, scopes: caller.scopes, reachesCompute: caller.reachesCompute, readsCompute: caller.readsCompute,
                source: caller.source)
        }
    }

    /// The first readings of each policy's addresses and nodes.
    func readPools() async -> [PoolExamination] {
        await withTaskGroup(of: (Int, PoolExamination).self) { tasks in
            for (index, policy) in policies.enumerated() { tasks.addTask { (index, await readPool(policy)) } }
            let pools = await tasks.reduce(into: [Int: PoolExamination]()) { $0[$1.0] = $1.1 }
            return pools.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    private func readPool(_ policy: Whitelist) async -> PoolExamination {
        let (compute, cluster, selection) = (clouds.compute, clouds.cluster(recorder: nil), policy.addresses)
        async let addresses = questions.ask(.compute, "addresses.list", on: "projects/\(selection.project)") { () async throws(APIError) in
            try await compute.addresses(selection)
        }
        var nodes: Result<[Node], APIError>?
        // Without a cluster there is one finding that says so, and no other of its nodes.
        if let selector = policy.nodes?.selector, case .success = clouds.kubernetes {
            nodes = await questions.ask(.kubernetes, "list nodes", on: selector.query) { () async throws(APIError) in
                try await cluster.nodes(selector)
            }
        }
        return PoolExamination(policy: policy, addresses: await addresses, nodes: nodes, ownNode: surroundings.ownNode)
    }

    /// Reads the pools' instances, and asks what the account may do with them and with the addresses.
    func examineGoogle(
        _ pools: inout [PoolExamination]
    ) async -> (probes: [GoogleExamination.Probe], rights: [GoogleExamination.Rights]) {
        let read = await withTaskGroup(
            of: (Int, Instances, [GoogleExamination.Probe], [GoogleExamination.Rights]).self
        ) { tasks in
            for (index, pool) in pools.enumerated() {
                tasks.addTask {
                    async let address = addressQuestions(pool)
                    let instances = await readInstances(pool)
                    let asked = await instanceQuestions(instances)
                    let found = await address
                    return (index, instances, found.probes + asked.probes, found.rights + asked.rights)
                }
            }
            return await tasks.reduce(into: []) { $0.append($1) }
        }
        for (index, instances, _, _) in read { pools[index].instances = instances }
        return (read.flatMap(\.2), read.flatMap(\.3))
    }

    private typealias Instances = [InstanceReference: Result<Instance, APIError>]

    private func readInstances(_ pool: PoolExamination) async -> Instances {
        guard let nodes = try? pool.nodes?.get() else { return [:] }
        let references = PoolExamination.sample(of: nodes, limit: Self.limit)
        let compute = clouds.compute
        return await withTaskGroup(of: (InstanceReference, Result<Instance, APIError>).self) { tasks in
            for reference in references {
                tasks.addTask {
                    let answer = await questions.ask(.compute, "instances.get", on: "\(reference)") { () async throws(APIError) in
                        try await compute.instance(reference)
                    }
                    return (reference, answer)
                }
            }
            return await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private typealias Asked = (probes: [GoogleExamination.Probe], rights: [GoogleExamination.Rights])

    private func addressQuestions(_ pool: PoolExamination) async -> Asked {
        let (policy, compute) = (pool.policy, clouds.compute)
        let hasNodes = policy.nodes != nil
        var asked: Asked = ([], [])
        asked.probes.append(
            GoogleExamination.Probe(
                permission: "compute.addresses.list", resource: "projects/\(policy.addresses.project)",
                answer: pool.addresses.map { "\($0.addresses.count) Addresses with the policy's labels" }, isNeeded: true))
        let listed = (try? pool.addresses.get())?.addresses ?? []
        let regions = Dictionary(grouping: listed) { $0.reference.region }.sorted { $0.key < $1.key }.prefix(Self.scopeLimit)
        for reference in regions.compactMap({ $0.value.first?.reference }) {
            async let found = questions.ask(.compute, "addresses.get", on: "\(reference)") { () async throws(APIError) in
                try await compute.address(reference) == .gone ? "it is gone since" : "it was read"
            }
            if hasNodes {
                asked.rights.append(
                    await rights("\(reference)", ComputeClient.addressRights) { client throws(APIError) in
                        try await client.rights(on: reference)
                    })
            }
            asked.probes.append(
                GoogleExamination.Probe(
                    permission: "compute.addresses.get", resource: "\(reference)", answer: await found, isNeeded: hasNodes))
        }
        return asked
    }

    private func instanceQuestions(_ instances: Instances) async -> Asked {
        var asked: Asked = ([], [])
        let sorted = instances.sorted { $0.key < $1.key }
        // One of each zone, and the one whose reading failed before the one whose didn't.
        let zones = Dictionary(grouping: sorted) { "\($0.key.project)/\($0.key.zone)" }.sorted { $0.key < $1.key }.prefix(Self.scopeLimit)
        let client = clouds.compute.client
        var subnetworks: Set<SubnetworkReference> = []
        for instance in sorted.compactMap({ try? $0.value.get() }) {
            if let subnetwork = instance.primaryInterface?.subnetwork, subnetworks.count < Self.scopeLimit {
                subnetworks.insert(subnetwork)
            }
        }
        await withTaskGroup(of: Asked.self) { tasks in
            for (_, instances) in zones {
                guard let (reference, answer) = instances.first(where: { (try? $0.value.get()) == nil }) ?? instances.first else {
                    continue
                }
                asked.probes.append(
                    GoogleExamination.Probe(
                        permission: "compute.instances.get", resource: "\(reference)", answer: answer.map { "it is \($0.status)" },
                        isNeeded: true))
                tasks.addTask {
                    let (project, zone) = (reference.project, reference.zone)
                    async let operations = questions.ask(.compute, "zoneOperations.get", on: zone) { () async throws(APIError) in
                        try await client.checkOperationsReadable(project: project, zone: zone)
                        return "asked for one that isn't there"
                    }
                    let found = await rights("\(reference)", ComputeClient.instanceRights) { client throws(APIError) in
                        try await client.rights(on: reference)
                    }
                    let probe = GoogleExamination.Probe(
                        permission: "compute.zoneOperations.get", resource: "projects/\(project)/zones/\(zone)", answer: await operations,
                        isNeeded: true)
                    return ([probe], [found])
                }
            }
            for subnetwork in subnetworks {
                tasks.addTask {
                    let found = await rights("\(subnetwork)", ComputeClient.subnetworkRights) { client throws(APIError) in
                        try await client.rights(on: subnetwork)
                    }
                    return ([], [found])
                }
            }
            for await found in tasks {
                asked.probes += found.probes
                asked.rights += found.rights
            }
        }
        return asked
    }

    private func rights(
        _ resource: String, _ needed: [String],
        _ question: @escaping @Sendable (ComputeClient) async throws(APIError) -> ComputeClient.Rights
    ) async -> GoogleExamination.Rights {
        let client = clouds.compute.client
        let answer = await questions.ask(.compute, "testIamPermissions", on: resource) { () async throws(APIError) in
            try await question(client).missing
        }
        return GoogleExamination.Rights(resource: resource, needed: needed, answer: answer)
    }
}
