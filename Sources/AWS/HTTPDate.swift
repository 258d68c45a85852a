package import Model

/// The time of a `Date` or `Retry-After` header.
package enum HTTPDate {
    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`; the two obsolete forms of RFC 9110 are not met in the field, and not read.
    ///
    /// Source: RFC 9110, section 5.6.7, IMF-fixdate.
    package static func parse(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard text.utf8.count <= 40, parts.count == 6, parts[5] == "GMT" || parts[5] == "UTC",
            let month = months.firstIndex(of: String(parts[2])),
            parts[1].utf8.count == 2, parts[3].utf8.count == 4, parts[4].utf8.count == 8
        else { return nil }
        let number = month + 1
        return Timestamp(rfc3339: "\(parts[3])-\(number < 10 ? "0" : "")\(number)-\(parts[1])T\(parts[4])Z")
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// A delay in seconds, or a time, of at most an hour; `nil` when it is neither, or longer.
    ///
    /// Source: RFC 9110, section 10.2.3.
    package static func retryAfter(_ text: String, now: Timestamp) -> Duration? {
        if let seconds = UInt16(text), !text.hasPrefix("+") { return seconds <= 3600 ? .seconds(Int64(seconds)) : nil }
        guard let time = parse(text) else { return nil }
        let delay = time - now
        return delay >= .zero && delay <= .seconds(3600) ? delay : nil
    }
}
