package import Model

extension ReconcilerMachine {
    /// What is under way, for people.
    package var activity: Activity {
        Activity(
            swaps: swaps.values.map { swap in
                let machine = swap.machine
                return Activity.Swap(
                    node: machine.node.name, address: machine.claim.address, ip: machine.claim.ip, previousIP: machine.claim.previousIP,
                    step: machine.step, since: swap.startedAt, isResumed: machine.isResumed, stranded: machine.stranded)
            }.sorted { $0.node < $1.node },
            works: works.values.compactMap(\.activity).sorted { $0.group < $1.group })
    }
}

extension SwapMachine {
    fileprivate var step: Activity.Swap.Step {
        switch state {
        case .idle, .claiming, .reclaiming, .renewing: .claiming
        case .asking: .asking
        case .checking: .checking
        case .looking: .looking
        case .detaching, .afterDetach: .detaching
        case .attaching, .afterAttach: .attaching
        case .restoring, .afterRestore: .restoring
        case .verifying: .verifying
        case .inspecting: .inspecting
        case .waiting: .waiting
        case .unclaiming, .finished: .unclaiming
        }
    }
}
