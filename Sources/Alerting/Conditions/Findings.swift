/// What one look at a policy, or at the process, has found.
package struct Findings: Hashable, Sendable {
    package var conditions: [Condition]
    package var undetermined: [Undetermined]

    package init(_ conditions: [Condition], undetermined: [Undetermined] = []) {
        self.conditions = conditions
        self.undetermined = undetermined
    }
}
