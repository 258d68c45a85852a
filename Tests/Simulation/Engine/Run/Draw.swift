import Sandbox

/// Random numbers that depend on what they are for and not on how many were drawn before: taking one action or one fault out of a
/// scenario leaves all others as they were.
struct Draw: Sendable {
    enum Stream: UInt64, Sendable { case script = 1, faults, latency, jitter, identifiers }

    let seed: UInt64

    func generator(_ stream: Stream, _ a: Int = 0, _ b: Int = 0) -> SplitMix64 {
        var state = SplitMix64(seed: seed &+ stream.rawValue &* 0x9E6C_63D0_876A_3F6B)
        var mixed = state.next() ^ (UInt64(bitPattern: Int64(a)) &* 0xD1B5_4A32_D192_ED03)
        state = SplitMix64(seed: mixed)
        mixed = state.next() ^ (UInt64(bitPattern: Int64(b)) &* 0xAEF1_7502_108E_F2D9)
        return SplitMix64(seed: mixed)
    }

    /// A number of 0..<1.
    func unit(_ stream: Stream, _ a: Int, _ b: Int) -> Double {
        var generator = generator(stream, a, b)
        return Double(generator.next() >> 11) * 0x1p-53
    }

    func milliseconds(_ stream: Stream, _ a: Int, _ b: Int, in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(unit(stream, a, b) * Double(range.count))
    }
}
