/// What a run came to.
package struct RunResult: Sendable {
    package var violation: Violation?
    /// Of everything that happened: the same scenario gives the same.
    package var digest: UInt64
    package var events: Int
    package var lines: [String]
    package var coverage: Coverage
    /// Passes after the last fault until the plan was empty.
    package var passes: Int
    /// Milliseconds after the last fault.
    package var convergedAfter: Int?

    /// One line that says all that happened in a run, to the letter: it is the same in every process.
    package static func fingerprint(seed: UInt64) -> String {
        let result = Simulator(Scenario(seed: seed), records: true).run()
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for line in result.lines { for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 } }
        return "seed \(seed): \(result.events) events, \(String(result.digest, radix: 16)) \(String(hash, radix: 16))"
    }

    /// How many lines of a trace tell how a run ended.
    package static let tail = 60

    /// The end of the trace of a run that failed, how it failed, and how to replay it and make it smaller.
    ///
    /// - Parameter replay: what `simulate` is given.
    package static func account(of scenario: Scenario, replay: String, lines: Int = tail) -> String {
        let result = Simulator(scenario, records: true).run()
        var text = result.lines.suffix(lines).joined(separator: "\n")
        if let violation = result.violation { text += "\n\(violation.invariant): \(violation.message)" }
        return text + "\n    swift run -c release simulate \(replay) --shrink"
    }
}
