/// Time, randomness and sleep, as the clients and the loop are given them.
package struct Runtime: Sendable {
    package var now: @Sendable () -> Moment
    /// 64 random bits.
    package var random: @Sendable () -> UInt64
    package var sleep: @Sendable (Duration) async throws(CancellationError) -> Void

    package init(
        now: @escaping @Sendable () -> Moment, random: @escaping @Sendable () -> UInt64,
        sleep: @escaping @Sendable (Duration) async throws(CancellationError) -> Void
    ) {
        self.now = now
        self.random = random
        self.sleep = sleep
    }

    /// A random number of 0..<1.
    package func unit() -> Double { Double(random() >> 11) * 0x1p-53 }

    /// A random UUID of version 4, in lower case.
    package func uuid() -> String {
        let high = random() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = random() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        func hex(_ value: UInt64) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        let digits = Array(hex(high) + hex(low))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }
}
