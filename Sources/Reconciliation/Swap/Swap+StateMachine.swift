package import Model
package import Planning

/// One node's way from its ephemeral address to a reserved one: rule 6 of the plan.
///
///     claim → ask → check → detach → attach → verify → unclaim
///                              │        └─ refused: claim another Address, attach ─┐
///                              └────────── restore an ephemeral address ←──────────┘
///
/// Whatever happens after the detach, the machine ends with an address on the node, or with the claim still on it so that it is taken up again.
/// It is a value: stepped with what came back, it returns what to do next, one effect at a time.
package struct SwapMachine: Sendable {
    enum State: Hashable, Sendable {
        case idle
        case claiming
        /// What the caller may do, before anything is taken off.
        case asking
        case checking
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
    package private(set) var claim: SwapClaim
    /// The claim as it stands on the node, as far as is known.
    private var written: SwapClaim?
    private var alternatives: [Address]
    private var claimStands: Bool
    /// Taken up from a claim, rather than begun.
    let isResumed: Bool
    private let times: SwapTimes
    private let uuid: @Sendable () -> String

    private var state = State.idle
    private var isStopping = false
    private var failures = 0
    private var refusals = 0
    private var trouble = ""
    /// Why nothing could be put on the node so far, after its address was taken off and a restore has failed.
    package private(set) var stranded: String?
    /// Why an access config could not be put on, for a cause that other nodes will meet as well: a right, an organization policy, a quota.
    package private(set) var refusal: String?
    /// A predecessor may have sent the detach: until that is excluded the claim stays, whatever is found.
    private var mayBeDetaching = false
    private var isRenewed = false
    /// Of the interface whose address is swapped, as last read.
    private var subnetwork: SubnetworkReference?
    private var hasSentDetach = false
    /// Addresses that were refused; not to be given out again for a while.
    package private(set) var refused: [AddressReference] = []

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

    /// Forgets alternatives that would not do any more: what was free and admitted when the swap began may have left the reserved set since.
    mutating func keepAlternatives(where isUsable: (AddressReference) -> Bool) { alternatives.removeAll { !isUsable($0.reference) } }

    package mutating func step(now: Timestamp, _ input: Swap.Input) -> [Swap.Effect] {
        switch (state, input) {
        case (_, .stop): return stop()
        case (.idle, .start): return begin()
        case (.claiming, .claimWritten(let result)): return claimed(result)
        case (.asking, .permissions(let result)): return answered(result)
        case (.checking, .address(let result)): return checked(result)
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

    // MARK: Before the detach

    private mutating func begin() -> [Swap.Effect] {
        if isStopping { return finish(isResumed ? .unsettled("the controller is stopping") : .unchanged("the controller is stopping")) }
        if isResumed {
            state = .inspecting
            return [.readInstance]
        }
        state = .claiming
        return [.writeClaim(expected: nil, claim)]
    }

    private mutating func claimed(_ result: Result<Void, APIError>) -> [Swap.Effect] {
        switch result {
        case .success:
            written = claim
            if isStopping { return unclaim(.unchanged("the controller is stopping")) }
            return ask()
        case .failure(let error) where error.mayHaveTakenEffect:
            return finish(.unsettled("the claim may be on the node: \(error)"))
        case .failure(let error): return finish(.unchanged("the claim could not be written on the node: \(error)"))
        }
    }

    private mutating func ask() -> [Swap.Effect] {
        state = .asking
        return [.askPermissions(claim.address, subnetwork: subnetwork)]
    }

    /// Who may take an address off but not put one on must not begin. Where that is not known, as with an API that can't be
    /// asked, the swap goes on.
    private mutating func answered(_ result: Result<[String], APIError>) -> [Swap.Effect] {
        if isStopping { return letGo("the controller is stopping") }
        if case .success(let missing) = result, !missing.isEmpty {
            return letGo("the service account lacks \(missing.joined(separator: ", ")); grant the role in policies/gcp-role.yaml")
        }
        state = .checking
        return [.readAddress(claim.address)]
    }

    /// The list that the plan was made from may lag behind: the Address itself has the last word before anything is taken off.
    private mutating func checked(_ result: Result<AddressLookup, APIError>) -> [Swap.Effect] {
        if isStopping { return letGo("the controller is stopping") }
        switch result {
        case .failure(let error): return letGo("the Address could not be checked: \(error)")
        case .success(.gone):
            refused.append(claim.address)
            return letGo("\(claim.address) is gone")
        case .success(.found(let address)):
            guard address.ip == claim.ip, address.networkTier == claim.networkTier, address.status == .reserved, address.users.isEmpty else {
                refused.append(claim.address)
                let users = address.users.map(\.description).joined(separator: ", ")
                return letGo("\(claim.address) is not free any more (\(address.status.rawValue) \(users))")
            }
            return detach()
        }
    }

    /// Ends before the detach, unless a predecessor's detach may still be under way: then the claim has to stay.
    private mutating func letGo(_ reason: String) -> [Swap.Effect] {
        mayBeDetaching ? finish(.unsettled(reason)) : unclaim(.unchanged(reason))
    }

    // MARK: Detach

    private mutating func detach() -> [Swap.Effect] {
        state = .detaching
        hasSentDetach = true
        return [
            .detach(networkInterface: claim.networkInterface, name: claim.accessConfigName, requestID: claim.detachRequestID)
        ]
    }

    private mutating func detached(_ result: Result<Void, APIError>) -> [Swap.Effect] {
        switch result {
        case .success:
            failures = 0
            return claimStands ? attach() : another("the claimed Address is no longer reserved, admitted and free")
        case .failure(let error) where error.mayHaveTakenEffect && failures < times.repeats:
            trouble = "\(error)"
            return delay(then: .detach)
        case .failure(let error):
            state = .afterDetach(error)
            return [.readInstance]
        }
    }

    private mutating func settleDetach(_ error: APIError, _ result: Result<Instance, APIError>) -> [Swap.Effect] {
        switch look(result) {
        case .gone: return unclaim(.instanceGone)
        case .unreadable(let reading): return finish(.unsettled("detach: \(error); then \(reading)"))
        case .without: return claimStands ? attach() : another("the claimed Address is no longer reserved, admitted and free")
        case .stripped: return stripped()
        case .with:
            // The old address is still on. Only when the call certainly had no effect may the claim go.
            if error.mayHaveTakenEffect { return finish(.unsettled("detach: \(error)")) }
            return unclaim(.unchanged("detach: \(error)"))
        }
    }

    // MARK: Attach

    private mutating func attach() -> [Swap.Effect] {
        state = .attaching
        return [
            .attach(
                networkInterface: claim.networkInterface, name: claim.accessConfigName, natIP: claim.ip, networkTier: claim.networkTier,
                requestID: claim.attachRequestID)
        ]
    }

    private mutating func attached(_ result: Result<Void, APIError>) -> [Swap.Effect] {
        switch result {
        case .success:
            failures = 0
            state = .verifying
            return [.readInstance]
        case .failure(let error) where error.mayHaveTakenEffect && failures < times.repeats:
            trouble = "\(error)"
            return delay(then: .attach)
        case .failure(let error):
            trouble = "\(error)"
            state = .afterAttach(error)
            return [.readInstance]
        }
    }

    private mutating func settleAttach(_ error: APIError, _ result: Result<Instance, APIError>, _ now: Timestamp) -> [Swap.Effect] {
        switch look(result) {
        case .gone: return unclaim(.instanceGone)
        case .with(let ip) where ip == claim.ip: return unclaim(.bound(claim.address))
        case .with(let ip): return unclaim(.restored("attach: \(error); the instance has \(text(ip)) now"))
        case .stripped: return stripped()
        case .unreadable, .without:
            refused.append(claim.address)
            if error.isDenied || error.disposition == .permanent { refusal = "attach: \(error)" }
            return error.isDenied || isStopping ? restore() : another("attach: \(error)", now: now)
        }
    }

    /// Claims another Address before it is attached, with new request ids; without one the ephemeral address is restored.
    private mutating func another(_ reason: String, now: Timestamp? = nil) -> [Swap.Effect] {
        trouble = reason
        guard refusals < times.alternatives, !alternatives.isEmpty else { return restore() }
        refusals += 1
        failures = 0
        let next = alternatives.removeFirst()
        claim.address = next.reference
        claim.ip = next.ip
        claim.attachRequestID = uuid()
        claim.restoreRequestID = uuid()
        if let now { claim.startedAt = now }
        claimStands = true
        state = .reclaiming
        return [.writeClaim(expected: written, claim)]
    }

    private mutating func reclaimed(_ result: Result<Void, APIError>) -> [Swap.Effect] {
        switch result {
        case .success:
            written = claim
            return attach()
        case .failure(let error):
            // The node is without an address: that weighs more than a claim that can't be written.
            trouble = "\(trouble); claim: \(error)"
            return restore()
        }
    }

    private mutating func verified(_ result: Result<Instance, APIError>) -> [Swap.Effect] {
        switch look(result) {
        case .with(let ip) where ip == claim.ip: return unclaim(.bound(claim.address))
        case .with(let ip): return unclaim(.restored("attach was answered as done, but the instance has \(text(ip))"))
        case .gone: return unclaim(.instanceGone)
        case .stripped: return stripped()
        case .without:
            refused.append(claim.address)
            trouble = "attach was answered as done, but the instance has no external address"
            return restore()
        case .unreadable(let error): return finish(.unsettled("attached, but the instance can't be read: \(error)"))
        }
    }

    // MARK: Restore

    /// The access config of the instance that has come in the old one's place was taken off: calls name an instance, not its id.
    private mutating func stripped() -> [Swap.Effect] {
        trouble = "the instance was recreated while its address was being taken off"
        return restore()
    }

    private mutating func restore() -> [Swap.Effect] {
        state = .restoring
        return [
            .attach(
                networkInterface: claim.networkInterface, name: claim.accessConfigName, natIP: nil, networkTier: claim.networkTier,
                requestID: claim.restoreRequestID)
        ]
    }

    private mutating func restored(_ result: Result<Void, APIError>) -> [Swap.Effect] {
        switch result {
        case .success: return unclaim(.restored(trouble))
        case .failure(let error) where error.mayHaveTakenEffect: return delay(then: .restore)
        case .failure(let error):
            state = .afterRestore(error)
            return [.readInstance]
        }
    }

    /// A node is never left without an address: this goes on, ever more slowly, until something is on it, the instance is gone, or the process ends;
    /// then the claim still tells the successor.
    private mutating func settleRestore(_ error: APIError, _ result: Result<Instance, APIError>) -> [Swap.Effect] {
        switch look(result) {
        case .gone: return unclaim(.instanceGone)
        case .with(let ip) where ip == claim.ip: return unclaim(.bound(claim.address))
        case .with: return unclaim(.restored(trouble))
        case .without, .stripped, .unreadable:
            trouble = "restore: \(error)"
            stranded = trouble
            refusal = trouble
            // The id now stands for an operation that failed.
            claim.restoreRequestID = uuid()
            return delay(then: .restore)
        }
    }

    // MARK: Taking up a claim

    private mutating func inspected(_ result: Result<Instance, APIError>, _ now: Timestamp) -> [Swap.Effect] {
        let isFresh = now - claim.startedAt < times.claimIsFresh
        switch look(result) {
        case .gone: return unclaim(.instanceGone)
        case .unreadable(let error): return finish(.unsettled("the instance of a claimed node can't be read: \(error)"))
        case .with(let ip) where ip == claim.ip: return unclaim(.bound(claim.address))
        case .with(let ip) where ip != claim.previousIP: return unclaim(.restored("an earlier attempt ended with \(text(ip))"))
        case .with:
            // The detach has not happened, or not yet. Its id makes the repetition safe; where the Address would not do any more, waiting tells.
            mayBeDetaching = isFresh && !isRenewed
            if isStopping { return finish(.unsettled("the controller is stopping")) }
            guard claimStands else { return letGo("the claimed Address is no longer reserved, admitted and free") }
            guard isFresh else { return renew(now) }
            subnetwork = (try? result.get())?.primaryInterface?.subnetwork
            return ask()
        case .without:
            if !claimStands { return another("the claimed Address is no longer reserved, admitted and free", now: now) }
            return isFresh ? attach() : renew(now)
        case .stripped: return stripped()
        }
    }

    /// New request ids for a new attempt: those of the claim may have left their window.
    private mutating func renew(_ now: Timestamp) -> [Swap.Effect] {
        claim.detachRequestID = uuid()
        claim.attachRequestID = uuid()
        claim.restoreRequestID = uuid()
        claim.startedAt = now
        state = .renewing
        return [.writeClaim(expected: written, claim)]
    }

    private mutating func renewed(_ result: Result<Void, APIError>) -> [Swap.Effect] {
        switch result {
        case .success:
            written = claim
            isRenewed = true
            state = .inspecting
            return [.readInstance]
        case .failure(let error): return finish(.unsettled("the claim could not be renewed: \(error)"))
        }
    }

    // MARK: Ending

    private mutating func stop() -> [Swap.Effect] {
        isStopping = true
        // A delay before a restore is cut short once; everything else ends at its next step.
        guard case .waiting(let next) = state else { return [] }
        return next == .detach ? finish(.unsettled(trouble)) : proceed(next)
    }

    private mutating func unclaim(_ outcome: Swap.Outcome) -> [Swap.Effect] {
        guard let written else { return finish(outcome) }
        state = .unclaiming(outcome)
        return [.writeClaim(expected: written, nil)]
    }

    /// A claim that could not be taken off is taken up again after a while, and not at once for ever.
    private mutating func unclaimed(_ outcome: Swap.Outcome, _ result: Result<Void, APIError>) -> [Swap.Effect] {
        guard case .failure(let error) = result, !error.isMissing else { return finish(outcome) }
        switch outcome {
        case .bound(let address): return finish(.unsettled("\(address.name) is on, but the claim could not be taken off: \(error)"))
        case .instanceGone: return finish(.unsettled("the instance is gone, but the claim could not be taken off: \(error)"))
        case .unchanged, .restored, .unsettled: return finish(outcome)
        }
    }

    private mutating func finish(_ outcome: Swap.Outcome) -> [Swap.Effect] {
        state = .finished
        return [.finish(outcome)]
    }

    private mutating func delay(then next: Next) -> [Swap.Effect] {
        failures += 1
        state = .waiting(next)
        let doubled = times.firstDelay * (1 << min(failures - 1, 10))
        return [.wait(min(doubled, times.longestDelay))]
    }

    private mutating func proceed(_ next: Next) -> [Swap.Effect] {
        switch next {
        case .detach: return detach()
        case .attach: return attach()
        case .restore: return restore()
        }
    }

    /// What a reading of the instance shows of its external address.
    private enum Look {
        case with(IPAddress?)
        case without
        case gone
        /// Another instance of the same name, without an external address after this swap's detach.
        case stripped
        case unreadable(APIError)
    }

    private func look(_ result: Result<Instance, APIError>) -> Look {
        switch result {
        case .failure(let error) where error.isMissing: return .gone
        case .failure(let error): return .unreadable(error)
        case .success(let instance):
            guard instance.id == claim.instanceID else { return hasSentDetach && instance.accessConfig == nil ? .stripped : .gone }
            return instance.accessConfig.map { .with($0.natIP) } ?? .without
        }
    }

    private func text(_ ip: IPAddress?) -> String { ip?.description ?? "an address still being drawn" }
}
