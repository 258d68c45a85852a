import Model

/// The delays and limits of a policy's loop.
package struct LoopTimes: Hashable, Sendable {
    /// Everything is read again after this, whatever has happened.
    package var interval: Duration
    /// Between the starts of two passes; wakes in between are gathered.
    package var spacing: Duration = .milliseconds(50)
    /// After a pass that could not read everything; doubled each time up to `interval`.
    package var afterUnknown: Duration = .seconds(2)
    /// A good reading of a group counts for binding this long: rule 2 of the plan.
    package var lastGoodAge: Duration = .seconds(3600)
    /// After a swap that failed, doubled each time up to `longestCoolDown`.
    package var coolDown: Duration = .seconds(10)
    package var longestCoolDown: Duration = .seconds(300)
    /// The same for one whose outcome is not known: its node may be without an address.
    package var longestUnsettledCoolDown: Duration = .seconds(15)
    /// An Address that was refused is not given out again for so long.
    package var refusedAddress: Duration = .seconds(60)
    /// How long an approval waits for a plan whose digest it is: the readings here may be older than those on which it was given.
    package var approvalLapses: Duration = .seconds(60)
    /// The same while something can't be read, which may be what the approval is for.
    package var approvalLapsesUnknown: Duration = .seconds(300)
    package var swap = SwapTimes()
    package var group = GroupWorkTimes()

    package init(interval: Duration) { self.interval = interval }
}
