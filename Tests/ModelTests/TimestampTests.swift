import Model
import Testing

/// Dates as Kubernetes and the clouds write them.
@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-02-02T02:40:00Z", 1_770_000_000_000), ("2026-02-02T03:40:00+01:00", 1_770_000_000_000),
        ("2026-02-02T02:40:00.123456Z", 1_770_000_000_123), ("2024-02-29T23:59:59Z", 1_709_251_199_000), ("1969-12-31T23:59:59Z", -1000),
    ]) func `RFC 3339 is read`(text: String, milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.millisecondsSinceEpoch == milliseconds)
    }

    @Test(arguments: [
        "", "2026-02-02", "2026-02-32T00:00:00Z", "2026-13-01T00:00:00Z", "2026-02-02T24:00:00Z", "2026-02-02T02:40:00",
        "2026-02-02T02:40:00.Z", "2026-02-02T02:40:00ZZ", "2026-02-02 02-40-00Z",
    ]) func `what is no date is refused`(text: String) { #expect(Timestamp(rfc3339: text) == nil) }

    @Test func `every day of four hundred years is written as it is read`() {
        for day in stride(from: Int64(-73_000), through: 73_000, by: 1) {
            let time = Timestamp(secondsSinceEpoch: day * 86_400 + (day % 86_400))
            #expect(Timestamp(rfc3339: time.rfc3339) == time)
        }
    }
}
