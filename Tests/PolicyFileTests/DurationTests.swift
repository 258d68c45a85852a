import Model
import Testing

@Suite struct `Durations as people write them` {
    @Test(arguments: [
        ("90s", Duration.seconds(90)), ("15m", .seconds(900)), ("1h", .seconds(3600)), ("1h30m", .seconds(5400)),
        ("500ms", .milliseconds(500)), ("1h2m3s4ms", .milliseconds(3_723_004)), ("1h1ms", .milliseconds(3_600_001)),
        ("0s", .zero), ("0h0m0s0ms", .zero), ("007s", .seconds(7)), ("999999999h", .seconds(3_599_999_996_400)),
    ])
    func `are read`(text: String, duration: Duration) {
        #expect(Duration(brief: text) == duration)
        #expect(Duration(brief: "x\(text)".dropFirst()) == duration)
    }

    @Test(arguments: [
        "", " ", "15", "m", "ms", "15 m", " 15m", "15m ", "-1m", "+1m", "1.5h", "1,5h", "1e3s", "15M", "15Min", "1d", "1w", "1us", "1µs",
        "1m1h", "1ms1s", "1m1m", "1s1", "1h-1m", "1000000000s", "99999999999999999999h", "١s", "1\u{0}s", "1h\n", "1msm",
    ])
    func `are not these`(text: String) { #expect(Duration(brief: text) == nil) }

    @Test(arguments: [
        (Duration.zero, "0ms"), (.milliseconds(250), "250ms"), (.milliseconds(999), "999ms"), (.seconds(1), "1s"), (.seconds(60), "1m"),
        (.seconds(90), "1m30s"), (.seconds(3600), "1h"), (.seconds(5400), "1h30m"), (.seconds(2_592_000), "720h"),
    ])
    func `are written so that they read back`(duration: Duration, text: String) {
        #expect(duration.brief == text)
        #expect(Duration(brief: text) == duration)
    }

    @Test(arguments: [(Duration.milliseconds(1999), "1s"), (.seconds(3661), "1h1m"), (.seconds(86_401), "24h")])
    func `are written without what no longer matters`(duration: Duration, text: String) { #expect(duration.brief == text) }
}
