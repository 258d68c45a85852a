/// Metric families as text that Prometheus reads.
///
/// Source: Prometheus documentation, "Exposition formats" (text format 0.0.4); OpenMetrics 1.0.0, "Text format".
package struct Exposition: Sendable {
    package enum Format: Hashable, Sendable {
        /// Prometheus's text format 0.0.4.
        case text
        /// OpenMetrics 1.0.0.
        case openMetrics

        package var contentType: String {
            switch self {
            case .text: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }
    }

    private let format: Format
    private var bytes: [UInt8] = []

    private init(_ format: Format) { self.format = format }

    /// Sorted by name; a family without a sample is left out.
    package static func write(_ families: [MetricFamily], as format: Format) -> [UInt8] {
        var writer = Exposition(format)
        writer.bytes.reserveCapacity(64 << 10)
        var last: Metric?
        for family in families.sorted(by: { $0.metric.rawValue < $1.metric.rawValue }) where !family.points.isEmpty && family.metric != last
        {
            writer.put(family)
            last = family.metric
        }
        if format == .openMetrics { writer.put("# EOF\n") }
        return writer.bytes
    }

    private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func put(_ family: MetricFamily) {
        let metric = family.metric
        // 0.0.4 knows samples only, and no info.
        let name = format == .openMetrics || metric.kind == .histogram ? metric.rawValue : metric.sampleNames[0]
        put("# HELP \(name) ")
        putEscaped(metric.help, quotes: format == .openMetrics)
        put("\n# TYPE \(name) \(metric.kind == .info && format == .text ? Metric.Kind.gauge.rawValue : metric.kind.rawValue)\n")
        if format == .openMetrics, let unit = metric.unit { put("# UNIT \(name) \(unit)\n") }
        let sample = metric.sampleNames[0]
        for point in family.sorted {
            switch point.value {
            case .number(let number): put(sample, point.labels, nil, number)
            case .histogram(let histogram): put(metric, point.labels, histogram)
            }
        }
    }

    private mutating func put(_ metric: Metric, _ labels: [MetricFamily.Point.Label], _ histogram: Histogram) {
        var total = 0
        for (index, count) in histogram.counts.enumerated() {
            total += count
            // One way to write a bound in both formats, so that a bucket is the same series in both.
            let bound = index < histogram.bounds.count ? "\(histogram.bounds[index])" : "+Inf"
            put(metric.rawValue + "_bucket", labels, bound, Double(total))
        }
        put(metric.rawValue + "_count", labels, nil, Double(total))
        put(metric.rawValue + "_sum", labels, nil, histogram.sum)
    }

    private mutating func put(_ name: String, _ labels: [MetricFamily.Point.Label], _ bound: String?, _ value: Double) {
        put(name)
        var separator = "{"
        for label in labels {
            put(separator)
            put(label.name)
            put("=\"")
            putEscaped(label.value, quotes: true)
            separator = "\","
        }
        if let bound { put("\(separator)le=\"\(bound)\"} ") } else { put(labels.isEmpty ? " " : "\"} ") }
        put(Self.text(value))
        bytes.append(0x0A)
    }

    /// - Parameter quotes: whether `"` is escaped as well: it is in a label's value, and in a help text of OpenMetrics.
    private mutating func putEscaped(_ text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case 0x5C: put(#"\\"#)
            case 0x0A: put(#"\n"#)
            case 0x22 where quotes: put(#"\""#)
            default: bytes.append(byte)
            }
        }
    }

    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value.magnitude < 0x1p53 && value == value.rounded() ? "\(Int64(value))" : "\(value)"
    }
}
