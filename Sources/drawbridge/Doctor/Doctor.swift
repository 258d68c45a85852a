import HTTP
import Model
import Planning
import Reporting

/// Asks each cloud who it is there and what it may do, side by side. It asks only; what the answers mean is decided in `Reporting`.
struct Doctor: Sendable {
    let policies: [Whitelist]
    let clouds: Clouds
    let surroundings: Surroundings
    let leaseName: String
    let questions: Questions
    /// For the questions whose tokens these are: through proxies, and without.
    let proxied: any HTTPTransport
    let direct: any HTTPTransport
    /// Clouds that can't be asked as the environment has it: told already.
    let excluded: Set<Finding.Area>

    func findings() async -> [Finding] {
        async let cluster = clusterFindings()
        async let caller = callerOfGoogle()
        async let asked = excluded.contains(.aws) ? [] : examineAWS()
        var pools = await readPools()
        var google: (probes: [GoogleExamination.Probe], rights: [GoogleExamination.Rights]) = ([], [])
        if !excluded.contains(.google) { google = await examineGoogle(&pools) }
        let now = clouds.runtime.now()
        var findings = await cluster
        for var examination in await asked {
            for index in examination.groups.indices { planned(&examination.groups[index], pools, at: now) }
            findings += AWSDiagnosis(examination, now: now.wall).findings
        }
        guard !excluded.contains(.google) else { return findings }
        var examination = GoogleExamination(caller: await caller)
        (examination.probes, examination.rights) = google
        findings += GoogleDiagnosis(examination, projects: policies.map(\.addresses.project), needsNodes: needsNodes).findings
        let missing = Set(findings.filter { $0.severity == .stops && $0.check == .right }.map(\.tried))
        return findings + pools.flatMap { PoolDiagnosis($0, missing: missing).findings }
    }

    /// What the loop would make of a group: for its quota.
    private func planned(_ group: inout AWSExamination.Group, _ pools: [PoolExamination], at now: Moment) {
        guard let rules = try? group.rules.get(), let pool = pools.first(where: { $0.policy.name == group.policy }),
            let addresses = try? pool.addresses.get()
        else { return }
        let policy = pool.policy
        let nodes: Reading<[Node]> =
            switch pool.nodes {
            case nil: .known([])
            case .success(let nodes)?: .known(nodes)
            case .failure(let error)?: .unknown(error.unknown)
            }
        let reference = group.group.reference
        let observation = Observation(at: now, addresses: .known(addresses), nodes: nodes, groups: [reference: .known(rules)])
        let context = Session.context(policy, of: policies, ownNode: surroundings.ownNode)
        // The other groups are unread here, which makes this one's plan no other.
        group.plan = Planner.plan(policy: policy, observation: observation, context: context).groups.first { $0.group == reference }
    }
}
