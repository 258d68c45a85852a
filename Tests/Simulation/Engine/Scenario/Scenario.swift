/// One run, written out: what it starts from, what happens in the world and when, and which calls meet which faults. The same scenario
/// gives the same run.
package struct Scenario: Hashable, Sendable {
    /// Latencies, jitter and identifiers follow from it, keyed by what they are for.
    package var seed: UInt64
    package var settings: [Setting: Int]
    package var actions: [WorldAction]
    package var faults: [PlannedFault]

    package init(seed: UInt64, settings: [Setting: Int], actions: [WorldAction], faults: [PlannedFault]) {
        self.seed = seed
        self.settings = settings
        self.actions = actions
        self.faults = faults
    }

    package subscript(setting: Setting) -> Int { settings[setting] ?? setting.least }
}
