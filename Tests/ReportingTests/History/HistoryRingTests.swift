import Fixtures
import Model
import Reporting
import Testing

@Suite struct `The history` {
    private func entry(_ number: Int, what: String = "done", by replica: String = "drawbridge-0") -> HistoryEntry {
        HistoryEntry(
            at: Fixture.start.wall + .seconds(number), replica: replica, policy: "orders-db", kind: "RulesRevoked", subject: "sg-1",
            what: what, why: "stale", requestIDs: ["r\(number)"])
    }

    @Test func `keeps the last 500`() {
        var ring = HistoryRing()
        for number in 0..<700 { ring.add(entry(number)) }
        #expect(ring.entries.map(\.requestIDs[0]) == (200..<700).map { "r\($0)" })
    }

    @Test func `keeps 256 KiB, whatever is in them`() {
        var ring = HistoryRing()
        for number in 0..<500 { ring.add(entry(number, what: String(repeating: "\u{202E}", count: 5000))) }
        #expect(ring.jsonLines.count <= HistoryRing.byteLimit && ring.entries.count > 10)
        #expect(ring.entries.last?.requestIDs == ["r499"])
    }

    @Test func `comes back from its lines, and passes over what it can't read`() {
        var ring = HistoryRing()
        for number in 0..<5 { ring.add(entry(number, what: Snapshots.hostile)) }
        let lines = ring.jsonLines
        #expect(lines.count { $0 == 0x0A } == 5)
        #expect(HistoryRing(jsonLines: lines).entries == ring.entries)
        let broken = Array("nonsense\n{}\n[]\n{\"at\":\"never\",\"kind\":\"x\"}\n".utf8) + lines + Array("{\"at\":".utf8)
        #expect(HistoryRing(jsonLines: broken).entries == ring.entries)
    }

    @Test func `what a predecessor kept comes before, and once`() {
        var before = HistoryRing()
        for number in 0..<3 { before.add(entry(number, by: "drawbridge-1")) }
        var ring = HistoryRing()
        ring.add(entry(9))
        ring.restore(before)
        ring.restore(before)
        #expect(ring.entries.map(\.requestIDs[0]) == ["r0", "r1", "r2", "r9"])
    }
}
