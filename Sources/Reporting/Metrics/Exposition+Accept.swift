extension Exposition.Format {
    /// What a reader likes best of the two; 0.0.4, which every reader takes, where its header does not speak of OpenMetrics.
    ///
    /// Source: RFC 9110, section 12.5.1 (Accept).
    ///
    /// - Parameter accept: the header's value.
    package init(accept: String?) {
        let ranges = (accept ?? "").utf8.prefix(4096).split(separator: UInt8(ascii: ",")).map(Self.range)
        func quality(_ isMeant: ((type: String, version: String?, quality: Int)) -> Bool) -> Int {
            ranges.filter(isMeant).map(\.quality).max() ?? 0
        }
        let openMetrics = quality { range in
            // 1.0.0 is what is written: it is what 0.0.1 became, and what is read where no version is named.
            range.type == "application/openmetrics-text" && [nil, "0.0.1", "1.0.0"].contains(range.version)
        }
        let text = quality { $0.type == "text/plain" }
        self = openMetrics > 0 && openMetrics >= text ? .openMetrics : .text
    }

    /// - Returns: the quality is in thousandths.
    private static func range(_ bytes: some Sequence<UInt8>) -> (type: String, version: String?, quality: Int) {
        let parts = String(decoding: Array(bytes), as: UTF8.self).lowercased().split(separator: ";").map(trimmed)
        var (version, quality): (String?, Int) = (nil, 1000)
        for parameter in parts.dropFirst() {
            let pair = parameter.split(separator: "=", maxSplits: 1).map(trimmed)
            guard pair.count == 2 else { continue }
            if pair[0] == "version" { version = pair[1].filter { $0 != "\"" } }
            if pair[0] == "q" { quality = Double(pair[1]).flatMap { (0...1).contains($0) ? Int($0 * 1000) : nil } ?? 0 }
        }
        return (parts.first ?? "", version, quality)
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }
        var rest = Substring(text).drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return String(rest)
    }
}
