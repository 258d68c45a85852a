package import Model
package import Planning

/// Where one policy stands, as its loop has last reported.
package struct PolicySnapshot: Sendable {
    package var policy: Whitelist
    /// `nil` before the first pass of this process; of a replica that stands by it stays so.
    package var plan: Plan?
    /// The number of the last pass; 0 before the first.
    package var pass = 0
    package var passedAt: Timestamp?
    /// The last pass that could read everything and after which nothing had gone wrong.
    package var succeededAt: Timestamp?
    package var activity = Activity()
    /// What went wrong between the last two passes; for people.
    package var troubles: [String] = []
    package var chronology = Chronology()

    package init(policy: Whitelist) { self.policy = policy }

    /// Takes over what a pass has brought.
    package mutating func passed(_ pass: Int, _ plan: Plan, troubles: [String], at: Timestamp) {
        self.pass = pass
        self.plan = plan
        self.troubles = troubles
        passedAt = at
        if plan.unknowns.isEmpty && troubles.isEmpty { succeededAt = at }
        chronology.observe(plan, at: at)
    }
}
