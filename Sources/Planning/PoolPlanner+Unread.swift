import Model

/// Nodes whose instances were not asked for in this pass.
extension PoolPlanner {
    /// Why such a node waits: what holds for it whatever its instance would say. Should nothing, then its reading is lacking, and the
    /// plan is not empty.
    ///
    /// - Parameter inLine: nodes that were read and wait for an Address of theirs to be admitted: no more are read than can be swapped at
    ///   a time.
    func unread(_ node: Node, _ free: [Address], slots: Int, inLine: Int, _ outcome: inout Outcome) -> WaitReason {
        guard let reference = node.instance else { return .noInstance(node.providerID) }
        let fitting = free.filter { $0.reference.region == reference.region }
        guard let first = fitting.first else { return shortage(region: reference.region, tier: nil) }
        guard fitting.contains(where: { notAdmitted($0).isEmpty }) else { return .notAdmitted(first.reference, notAdmitted(first)) }
        if inLine >= slots, let awaited = fitting.first(where: { !notAdmitted($0).isEmpty }) {
            return .notAdmitted(awaited.reference, notAdmitted(awaited))
        }
        guard slots > 0 else { return limit }
        guard context.isProven || (context.activeSwaps.isEmpty && outcome.swaps.isEmpty) else { return .firstSwap }
        if let kept = Detachment.kept(by: node, policy: policy, observation: observation, context: context, facts: facts) {
            return .otherStaticAddress(kept)
        }
        let unknown = listUnknown(reference.region) ?? Unknown(.failed, "the instance of \(node.name) was not read in this pass")
        outcome.unknowns.append(unknown)
        return .unknown(unknown)
    }

    private func listUnknown(_ region: String) -> Unknown? {
        guard let reading = observation.projectAddresses else { return nil }
        return reading.unknown ?? reading.value?.unknownRegions[region]?.of(region: region)
    }
}
