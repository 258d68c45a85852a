import Model

/// The delays and limits of a swap.
package struct SwapTimes: Hashable, Sendable {
    /// After this age of a claim its request ids are replaced: their idempotency has a finite window. Operations of an older attempt are
    /// over by then.
    ///
    /// It is also how long a claim stays on a node that still has its old address when the claimed Address was given away meanwhile: a
    /// predecessor's detach may be under way. Nothing certain shortens that. `zoneOperations.list` by `clientOperationId` needs one more
    /// right, and what it does not show may be a request that was received and has no operation yet. The node has an address all the
    /// time.
    package var claimIsFresh: Duration = .seconds(300)
    /// How long after the claim a detach is taken to be possibly under way on a node that has neither its old address nor the claimed
    /// one: something has taken the old one off, most likely this very detach, and operations of this kind take seconds.
    package var detachIsOver: Duration = .seconds(60)
    /// How far ahead of this machine's clock the time of a claim may be: another machine wrote it. One from beyond is as good as without
    /// a time, and counts as old.
    package var clockDifference: Duration = .seconds(60)
    /// Between attempts to settle an outcome or to restore; doubled each time up to `longestDelay`.
    package var firstDelay: Duration = .milliseconds(500)
    package var longestDelay: Duration = .seconds(15)
    /// How often a call whose outcome is not known is repeated with the same request id.
    package var repeats: Int = 4
    /// How many other Addresses are tried when one is refused.
    package var alternatives: Int = 2

    package init() {}

    /// Whether the request ids of a claim can be used, and its operations may still be under way.
    func isFresh(_ claim: SwapClaim, now: Timestamp) -> Bool {
        let age = now - claim.startedAt
        return age >= .zero - clockDifference && age < claimIsFresh
    }
}
