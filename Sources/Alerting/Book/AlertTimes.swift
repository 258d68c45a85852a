/// The delays and limits of alerts.
package struct AlertTimes: Hashable, Sendable {
    /// A condition that was not seen for so long is over; a shorter gap is none. Four passes at the standard interval.
    package var clearAfter: Duration = .seconds(120)
    /// Told again after this, where a policy says nothing else.
    package var repeatEvery: Duration = .seconds(3600)
    /// So long an alert that is over stays in `AlertBook.resolved`. Source: Prometheus, rules/alerting.go, resolvedRetention.
    package var resolvedRetention: Duration = .seconds(900)
    /// More of one kind and policy that begin to fire at once are told as one.
    package var crowd = 20
    /// Conditions of one kind and policy that are followed one by one; of more, only the number is known.
    package var followed = 200
    /// Of all kinds together.
    package var followedInAll = 1000

    package init() {}
}
