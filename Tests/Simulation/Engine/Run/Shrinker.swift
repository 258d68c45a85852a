/// Makes a failing scenario smaller, for as long as it goes on to break the same invariant: actions and faults are taken out in halves,
/// then in ever smaller pieces, then the settings are lowered one by one.
package struct Shrinker {
    private let invariant: String
    /// How many runs it may take.
    private var budget: Int
    private let fails: (Scenario) -> Violation?
    package private(set) var smallest: Scenario

    /// - Parameter fails: runs a scenario; how it breaks an invariant, if it does.
    package init(_ scenario: Scenario, breaking invariant: String, runs: Int, fails: @escaping (Scenario) -> Violation?) {
        self.invariant = invariant
        self.fails = fails
        budget = runs
        smallest = scenario
    }

    package mutating func shrink() -> Scenario {
        var before: Scenario
        repeat {
            before = smallest
            reduce(\.actions)
            reduce(\.faults)
            for setting in Setting.allCases { lower(setting) }
        } while smallest != before && budget > 0
        return smallest
    }

    private mutating func accept(_ candidate: Scenario) -> Bool {
        guard budget > 0 else { return false }
        budget -= 1
        guard fails(candidate)?.invariant == invariant else { return false }
        smallest = candidate
        return true
    }

    /// Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (ddmin), with complements only.
    private mutating func reduce<Element>(_ list: WritableKeyPath<Scenario, [Element]>) {
        var size = max(1, smallest[keyPath: list].count / 2)
        while !smallest[keyPath: list].isEmpty && budget > 0 {
            var start = 0
            var hasChanged = false
            while start < smallest[keyPath: list].count {
                var candidate = smallest
                candidate[keyPath: list].removeSubrange(start..<min(start + size, candidate[keyPath: list].count))
                if accept(candidate) { hasChanged = true } else { start += size }
            }
            if size == 1 && !hasChanged { return }
            if !hasChanged || size > smallest[keyPath: list].count { size = max(1, size / 2) }
        }
    }

    private mutating func lower(_ setting: Setting) {
        // The least is the neutral value, which for a quota is above what may be drawn.
        for value in [setting.least, (smallest[setting] + setting.least) / 2, smallest[setting] - 1]
        where value == setting.least && value != smallest[setting] || value < smallest[setting] && value >= setting.least {
            var candidate = smallest
            candidate.settings[setting] = value
            if accept(candidate) { return }
        }
    }
}
