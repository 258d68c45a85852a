package import Model

/// Elects the one writer by a Lease: rule 9 of the plan.
///
/// Expiry is judged by the time observed here since the record last changed, never by comparing the record's times with this clock. Every
/// write carries the resourceVersion that was read. A leader counts its time from when its renewal was sent, and stops writing
/// `leaseDuration - renewDeadline` before another may take over.
///
/// People may delete or edit the Lease. A leader whose renewal finds it gone, or another's, stops at once and competes anew. Who then
/// holds the lease without having waited out its holder, and without a release, may do so beside a leader that has not noticed yet: it
/// writes only once `unprovenGrace` is over and a renewal after that has succeeded. What remains: the lease is deleted, emptied or given
/// away by hand while its leader can't reach the API server. Such a leader goes on to write for what is left of its renew time (at most
/// `renewDeadline` from its last renewal, so at most 6 s beside a successor). The same holds for one whose calls take longer than two
/// thirds of a second each way.
package struct ElectionMachine: Sendable {
    enum State: Hashable, Sendable {
        case idle
        case reading
        case writing(sentAt: Instant)
        case waiting
        case releasing
        case stopped
    }

    private let identity: String
    private let name: String
    private let namespace: String
    private let times: ElectionTimes
    private let isIdentityExclusive: Bool
    /// The record as this process wrote it last, as far as the answer told, and the time of the renewal that it sent last.
    private var writtenVersion: String?
    private var sentRenewal: Timestamp?

    private var state = State.idle
    private var isStopping = false
    private var observed: Lease?
    private var observedAt: Instant?
    private var renewedAt: Instant?
    private var isLeading = false
    /// Nobody is known to have given the lease up that this process is about to hold, or holds.
    private var isUnproven = false
    /// Since when an unproven lease is known to be ours.
    private var heldSince: Instant?
    /// The approvals on the lease that were told since this replica leads, and those that are to be taken off. One that follows tells
    /// none: what is approved is for who acts on it at once, and must not be kept for a day when it is about something else.
    private var told = Approvals(annotation: nil)
    private var settled: Set<String> = []
    /// Writes in a row that failed so that the lease has to be read anew.
    private var conflicts = 0
    /// Why the lease could not be read or written last time; for people.
    package private(set) var trouble: APIError?

    /// - Parameter isIdentityExclusive: no living process but this one can have this name. Otherwise a record in our name that we did not
    ///   write counts as another's, which is alive for as long as it goes on to renew it.
    package init(identity: String, isIdentityExclusive: Bool = true, name: String, namespace: String, times: ElectionTimes) {
        self.identity = identity
        self.isIdentityExclusive = isIdentityExclusive
        self.name = name
        self.namespace = namespace
        self.times = times
    }

    /// Whether this replica may write now. Asked before every write.
    package func mayWrite(now: Instant) -> Bool {
        guard isLeading, let renewedAt else { return false }
        return now - renewedAt < times.renewDeadline || Mutant.writesAfterTheDeadline.isActive
    }

    /// Who holds the lease, as last observed.
    package var holder: String? { observed?.holderIdentity.flatMap { $0.isEmpty ? nil : $0 } }
    /// Who holds it, when it is not this process: another replica, or a twin of its name.
    package var otherHolder: String? { observed.flatMap { isHeldByOther($0) ? $0.holderIdentity : nil } }
    /// Whether that holder has been seen to renew: it is alive, whatever the record's times say.
    package private(set) var isHolderAlive = false
    /// Whether it holds a lease that nobody is known to have given up, and waits before it writes.
    package var isProving: Bool { heldSince != nil && !isLeading }
    package var isStopped: Bool { state == .stopped }

    package mutating func step(now: Moment, _ input: Election.Input) -> [Election.Effect] {
        var effects: [Election.Effect] = []
        if isLeading, !mayWrite(now: now.instant) { effects += cease() }
        switch (state, input) {
        case (_, .stop): effects += stop(now)
        case (_, .settled(let digests)): settled.formUnion(digests.intersection(told.digests))
        case (.idle, .start), (.waiting, .elapsed): effects += attempt(now)
        case (.reading, .read(let result)): effects += consider(result, now)
        case (.writing(let sentAt), .written(let result)): effects += written(result, sentAt: sentAt, now)
        case (.releasing, .written): state = .stopped
        default: break
        }
        return effects
    }

    private mutating func attempt(_ now: Moment) -> [Election.Effect] {
        // A leader renews what it wrote last; only a conflict makes it read again.
        if isLeading, conflicts == 0, let observed { return claim(observed, now) }
        state = .reading
        return [.read]
    }

    private mutating func consider(_ result: Result<Lease?, APIError>, _ now: Moment) -> [Election.Effect] {
        if isStopping { return stop(now) }
        switch result {
        case .failure(let error):
            trouble = error
            return pause()
        case .success(nil):
            let effects = cease()
            // A lease that someone deleted may still have a holder that does not know: it gets the time that its record gave it.
            if let observed, isHeldByOther(observed), let since = observedAt, now.instant - since < duration(of: observed) {
                return effects + pause()
            }
            observed = nil
            isUnproven = true
            heldSince = nil
            let lease = Lease(
                name: name, namespace: namespace, resourceVersion: "", annotations: [:], holderIdentity: identity,
                leaseDurationSeconds: leaseSeconds, acquireTime: now.wall, renewTime: now.wall, leaseTransitions: 0)
            sentRenewal = now.wall
            state = .writing(sentAt: now.instant)
            return effects + [.create(lease)]
        case .success(.some(let lease)):
            let isFirst = observed == nil
            var effects = observe(lease, now)
            if isHeldByOther(lease) {
                // Someone took the lease away: what it says counts, not the time that is left of the last renewal.
                effects += cease()
                isUnproven = false
                heldSince = nil
                if !isExpired(lease, now) { return effects + pause() }
            }
            // A process started again finds its own name at its first reading. Found later, someone else has written it.
            if isReleased(lease) {
                isUnproven = false
            } else if !isLeading, !isHeldByOther(lease), !isOwnWrite(lease), !(isFirst && lease.holderIdentity == identity) {
                isUnproven = true
            }
            return effects + claim(lease, now)
        }
    }

    private mutating func cease() -> [Election.Effect] {
        guard isLeading else { return [] }
        isLeading = false
        told = Approvals(annotation: nil)
        settled = []
        return [.leading(false)]
    }

    /// Given up by its holder, in the form that `release` writes: not emptied by hand.
    private func isReleased(_ lease: Lease) -> Bool { (lease.holderIdentity ?? "").isEmpty && lease.leaseDurationSeconds == 1 }

    /// Whether this process wrote the record, as far as it can tell: answers may be lost, and others put annotations on it.
    private func isOwnWrite(_ lease: Lease) -> Bool {
        lease.holderIdentity == identity
            && (lease.resourceVersion == writtenVersion || (lease.renewTime != nil && lease.renewTime == sentRenewal))
    }

    private func isHeldByOther(_ lease: Lease) -> Bool {
        guard let holder = lease.holderIdentity, !holder.isEmpty else { return false }
        return holder != identity || isTwin(lease)
    }

    /// A record in our name that this process did not write. (An approval put on our own record changes its version, but not its time of
    /// renewal.)
    private func isTwin(_ lease: Lease) -> Bool {
        !isIdentityExclusive && lease.holderIdentity == identity && !isOwnWrite(lease)
    }

    /// Remembers a record; its time here begins anew only when it changed.
    private mutating func observe(_ lease: Lease, _ now: Moment) -> [Election.Effect] {
        if observed?.resourceVersion != lease.resourceVersion || observedAt == nil { observedAt = now.instant }
        if let observed, observed.renewTime != lease.renewTime || observed.holderIdentity != lease.holderIdentity {
            isHolderAlive = isHeldByOther(lease) && observed.holderIdentity == lease.holderIdentity
        }
        observed = lease
        return approvals(lease)
    }

    private mutating func approvals(_ lease: Lease) -> [Election.Effect] {
        guard isLeading else { return [] }
        let current = Approvals(annotation: lease.annotations[Election.approvalAnnotation])
        let news = current.digests.filter { !told.digests.contains($0) }
        told = current
        settled.formIntersection(current.digests)
        return news.map(Election.Effect.approved)
    }

    /// By the time observed here since the record last changed.
    private func isExpired(_ lease: Lease, _ now: Moment) -> Bool {
        if Mutant.judgesLeasesByWallClock.isActive, let renewed = lease.renewTime { return now.wall - renewed >= duration(of: lease) }
        return observedAt.map { now.instant - $0 >= duration(of: lease) } ?? true
    }

    /// Another holder's own duration counts, within reason: a record without one, or with an absurd one, is judged by ours, and so is one
    /// that was made shorter by hand, of which its holder need not know.
    private func duration(of lease: Lease) -> Duration {
        // A predecessor of our name is most likely this process before it was started again: a few renewals that don't come tell.
        if isTwin(lease) { return times.twinGrace }
        let seconds = lease.leaseDurationSeconds
        return (1...600).contains(seconds) ? max(.seconds(seconds), times.leaseDuration) : times.leaseDuration
    }

    private mutating func claim(_ lease: Lease, _ now: Moment) -> [Election.Effect] {
        var next = lease
        if Mutant.leasesWithoutVersion.isActive { next.resourceVersion = "" }
        if lease.holderIdentity != identity {
            next.leaseTransitions += 1
            next.acquireTime = now.wall
        }
        next.holderIdentity = identity
        next.leaseDurationSeconds = leaseSeconds
        next.renewTime = now.wall
        if !settled.isEmpty {
            next.annotations[Election.approvalAnnotation] =
                Approvals(annotation: lease.annotations[Election.approvalAnnotation]).without(settled).annotation
        }
        sentRenewal = now.wall
        state = .writing(sentAt: now.instant)
        return [.update(next)]
    }

    private mutating func written(_ result: Result<Lease, APIError>, sentAt: Instant, _ now: Moment) -> [Election.Effect] {
        switch result {
        case .success(let lease):
            trouble = nil
            conflicts = 0
            observed = lease
            observedAt = sentAt
            renewedAt = sentAt
            writtenVersion = lease.resourceVersion
            var effects: [Election.Effect] = []
            if isUnproven && !isLeading && heldSince == nil { heldSince = now.instant }
            let isProven = Mutant.skipsTheGrace.isActive || heldSince.map { sentAt - $0 >= times.unprovenGrace } ?? true
            if !isLeading, isProven, now.instant - sentAt < times.renewDeadline {
                isLeading = true
                isUnproven = false
                heldSince = nil
                effects.append(.leading(true))
            }
            effects += approvals(lease)
            if isStopping { return effects + release(lease) }
            return effects + pause()
        case .failure(let error):
            trouble = error
            if isStopping {
                state = .stopped
                return []
            }
            // The lease was deleted under its leader: another may make it any moment. Where it can't even be made, its namespace is
            // missing.
            if error.isMissing && observed == nil { return pause() }
            let effects = error.isMissing ? cease() : []
            guard error.disposition == .reread || error.isMissing else { return pause() }
            // Someone wrote in between, or the answer was lost: read before anything else. A server that lets every write fail so is not
            // asked again without a pause.
            conflicts += 1
            if conflicts > 1 { return effects + pause() }
            state = .reading
            return effects + [.read]
        }
    }

    private mutating func pause() -> [Election.Effect] {
        state = .waiting
        return [.wait(times.retryPeriod)]
    }

    private mutating func stop(_ now: Moment) -> [Election.Effect] {
        isStopping = true
        switch state {
        case .writing, .releasing, .stopped: return []
        default:
            guard isLeading, let observed else {
                state = .stopped
                return []
            }
            return release(observed)
        }
    }

    /// Leaves the lease to whoever comes next, at once. Source: client-go's leaderelection, `release`.
    private mutating func release(_ lease: Lease) -> [Election.Effect] {
        let effects = cease()
        state = .releasing
        var next = lease
        next.holderIdentity = ""
        next.leaseDurationSeconds = 1
        return effects + [.update(next)]
    }

    private var leaseSeconds: Int { max(1, Int(times.leaseDuration.milliseconds / 1000)) }
}
