/// What happened, in order: always as a digest, and as lines where they are wanted.
struct Trace {
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var lines: [String] = []
    private(set) var count = 0
    let isRecorded: Bool

    init(isRecorded: Bool) { self.isRecorded = isRecorded }

    mutating func add(_ time: Int, _ code: Int, _ detail: Int, _ text: @autoclosure () -> String) {
        count += 1
        for value in [time, code, detail] {
            digest = (digest ^ UInt64(bitPattern: Int64(value))) &* 0x0000_0100_0000_01B3
        }
        if isRecorded { lines.append("\(Self.clock(time))  \(text())") }
    }

    /// `1:02.345`
    static func clock(_ time: Int) -> String {
        let (minutes, seconds, rest) = (time / 60_000, time / 1000 % 60, time % 1000)
        func padded(_ value: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
        }
        return "\(padded(minutes, 2)):\(padded(seconds, 2)).\(padded(rest, 3))"
    }
}
