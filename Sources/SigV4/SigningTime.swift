/// The second that a request is signed at, in UTC.
///
/// Source: AWS, "Elements of an AWS API request signature": ISO 8601 basic format, `YYYYMMDD'T'HHMMSS'Z'`.
package struct SigningTime: Sendable, Hashable {
    /// `20150830T123600Z`.
    package let stamp: String
    /// `20150830`.
    package var date: String { String(stamp.prefix(8)) }
    /// Seconds since 1970-01-01T00:00:00Z.
    package let epochSeconds: Int64

    /// The years 0000 to 9999; what lies beyond is brought to the nearest of these.
    package init(epochSeconds: Int64) {
        let seconds = min(max(epochSeconds, SigningTime.first), SigningTime.last)
        self.epochSeconds = seconds
        let days = SigningTime.floorDivide(seconds, 86_400)
        let rest = seconds - days * 86_400
        let (year, month, day) = SigningTime.civil(days)
        stamp =
            "\(SigningTime.padded(year, 4))\(SigningTime.padded(month, 2))\(SigningTime.padded(day, 2))T"
            + "\(SigningTime.padded(rest / 3600, 2))\(SigningTime.padded(rest / 60 % 60, 2))\(SigningTime.padded(rest % 60, 2))Z"
    }

    /// Nil for what is not a stamp of an existing second.
    package init?(stamp: some StringProtocol) {
        let bytes = Array(stamp.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8), let hour = number(9..<11),
            let minute = number(11..<13), let second = number(13..<15), hour < 24, minute < 60, second < 60,
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        self.init(epochSeconds: SigningTime.days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
        // A day that the month hasn't got has come out as another.
        guard self.stamp == String(stamp) else { return nil }
    }

    private static let first = days(0, 1, 1) * 86_400
    private static let last = days(10_000, 1, 1) * 86_400 - 1

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 { a >= 0 ? a / b : -((-a + b - 1) / b) }

    /// Days since 1970-01-01 of a date of the Gregorian calendar, and back.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (`days_from_civil`, `civil_from_days`).
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = floorDivide(y, 400)
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let z = days + 719_468
        let era = floorDivide(z, 146_097)
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}
