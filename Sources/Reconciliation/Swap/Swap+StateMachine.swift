package import Model
package import Planning

/// One node's way from its ephemeral address to a reserved one: rule 6 of the plan.
///
///     claim → ask → check → look → detach → attach → verify → unclaim
///                                     │        └─ refused: claim another Address, attach ─┐
///                                     └────────── restore an ephemeral address ←──────────┘
///
/// Whatever happens after the detach, the machine ends with an address on the node, or with the claim still on it so that it is taken up
/// again. It is a value: stepped with what came back, it returns what to do next, one effect at a time. Here is what it knows and what it
/// steps through; the steps are in `SwapMachine+Detach`, `+Attach`, `+Restore`, `+Resume` and `+End`.
package struct SwapMachine: Sendable {
    enum State: Hashable, Sendable {
        case idle
        case claiming
        /// What the caller may do, before anything is taken off.
        case asking
        case checking
        /// Reading the instance, the last thing before the detach.
        case looking
        case detaching
        /// Reading the instance after a detach that failed.
        case afterDetach(APIError)
        case attaching
        /// Reading the instance after an attach that failed.
        case afterAttach(APIError)
        case reclaiming
        case restoring
        case afterRestore(APIError)
        case verifying
        case inspecting
        case renewing
        case waiting(Next)
        case unclaiming(Swap.Outcome)
        case finished
    }

    /// What to do once a delay is over.
    enum Next: Hashable, Sendable {
        case detach
        case attach
        case restore
    }

    package let node: Node
    /// The instance that it is about: its numeric id is in the claim.
    package let instance: InstanceReference
    package internal(set) var claim: SwapClaim
    /// The claim as it stands on the node, as far as is known.
    var written: SwapClaim?
    var alternatives: [Address]
    var claimStands: Bool
    /// Taken up from a claim, rather than begun.
    let isResumed: Bool
    let times: SwapTimes
    let uuid: @Sendable () -> String

    var state = State.idle
    var isStopping = false
    var failures = 0
    var refusals = 0
    var trouble = ""
    /// Why nothing could be put on the node so far, after its address was taken off: a restore has failed, or answers of an attach were
    /// lost again and again.
    package internal(set) var stranded: String?
    /// Why an access config could not be put on, for a cause that other nodes will meet as well: a right, an organization policy, a quota.
    package internal(set) var refusal: String?
    /// A detach was sent, by a predecessor or by this swap, and its answer was not seen: until an effect of it is excluded the claim
    /// stays, whatever is found.
    var mayBeDetaching = false
    var isRenewed = false
    /// Of the interface whose address is swapped, as last read.
    var subnetwork: SubnetworkReference?
    var hasSentDetach = false
    /// Whether the node may be without an address, as far as this swap has seen: `nil` before it has.
    package internal(set) var mayBeBare: Bool?
    /// It was seen without an address, and nothing was put on it since.
    package internal(set) var isBare = false
    /// Addresses that were refused; not to be given out again for a while.
    package internal(set) var refused: [AddressReference] = []

    /// A swap to be begun.
    package init(_ swap: PlannedSwap, policy: String, now: Timestamp, times: SwapTimes, uuid: @escaping @Sendable () -> String) {
        node = swap.node
        instance = swap.instance.reference
        claim = SwapClaim(
            policy: policy, address: swap.address.reference, ip: swap.address.ip, instanceID: swap.instance.id,
            networkInterface: swap.networkInterface, accessConfigName: swap.accessConfig.name, networkTier: swap.address.networkTier,
            previousIP: swap.accessConfig.natIP, detachRequestID: uuid(), attachRequestID: uuid(), restoreRequestID: uuid(), startedAt: now)
        alternatives = swap.alternatives
        subnetwork = swap.instance.primaryInterface?.subnetwork
        claimStands = true
        isResumed = false
        self.times = times
        self.uuid = uuid
    }

    /// A swap to be taken up from its claim; `nil` when the node names no instance.
    package init?(_ swap: ResumedSwap, times: SwapTimes, uuid: @escaping @Sendable () -> String) {
        guard let instance = swap.node.instance else { return nil }
        node = swap.node
        self.instance = instance
        claim = swap.claim
        // What is written from now on is for whoever takes it up after this process.
        claim.policy = swap.policy
        written = swap.claim
        alternatives = swap.alternatives
        claimStands = swap.claimStands
        isResumed = true
        self.times = times
        self.uuid = uuid
    }

    package var isFinished: Bool { state == .finished }
    package var isWaiting: Bool { if case .waiting = state { true } else { false } }

    /// Forgets alternatives that would not do any more: what was free and admitted when the swap began may have left the reserved set
    /// since.
    mutating func keepAlternatives(where isUsable: (AddressReference) -> Bool) { alternatives.removeAll { !isUsable($0.reference) } }

    package mutating func step(now: Timestamp, _ input: Swap.Input) -> [Swap.Effect] {
        // No cloud has refused anything: whoever leads next takes it up from the claim.
        if state != .finished, let error = input.writeError, error.code == WriteGate.code { return finish(.unsettled("\(error)")) }
        switch (state, input) {
        case (_, .stop): return stop()
        case (.idle, .start): return begin()
        case (.claiming, .claimWritten(let result)): return claimed(result)
        case (.asking, .permissions(let result)): return answered(result)
        case (.checking, .address(let result)): return checked(result)
        case (.looking, .instance(let result)): return looked(result)
        case (.detaching, .detached(let result)): return detached(result)
        case (.afterDetach(let error), .instance(let result)): return settleDetach(error, result)
        case (.attaching, .attached(let result)): return attached(result)
        case (.afterAttach(let error), .instance(let result)): return settleAttach(error, result, now)
        case (.reclaiming, .claimWritten(let result)): return reclaimed(result)
        case (.restoring, .attached(let result)): return restored(result)
        case (.afterRestore(let error), .instance(let result)): return settleRestore(error, result)
        case (.verifying, .instance(let result)): return verified(result)
        case (.inspecting, .instance(let result)): return inspected(result, now)
        case (.renewing, .claimWritten(let result)): return renewed(result)
        case (.waiting(let next), .elapsed): return proceed(next)
        case (.unclaiming(let outcome), .claimWritten(let result)): return unclaimed(outcome, result)
        // An answer to a question that is no longer open.
        default: return []
        }
    }
}
