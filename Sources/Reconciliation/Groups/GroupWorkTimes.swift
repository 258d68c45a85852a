/// The delays and limits of the work on one security group.
package struct GroupWorkTimes: Hashable, Sendable {
    /// EC2 is eventually consistent: a reading that does not show a write yet is repeated after this, doubled each time up to
    /// `longestDelay`.
    package var firstDelay: Duration = .milliseconds(500)
    package var longestDelay: Duration = .seconds(4)
    package var readBacks: Int = 6
    /// How often authorize and revoke may follow one another in one go (room at the quota comes in steps).
    package var rounds: Int = 6
    /// A revoke is decided on readings of Addresses and nodes that are not older than this.
    package var observationAge: Duration = .seconds(60)

    package init() {}
}
