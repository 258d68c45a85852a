/// The samples of one metric. A value.
package struct MetricFamily: Hashable, Sendable {
    package enum Value: Hashable, Sendable {
        case number(Double)
        case histogram(Histogram)
    }

    package struct Point: Hashable, Sendable {
        package struct Label: Hashable, Sendable, Comparable {
            package var name: String
            package var value: String

            package static func < (a: Self, b: Self) -> Bool { (a.name, a.value) < (b.name, b.value) }
        }

        /// In the order in which they are written. Their values are fit to be shown, and bounded.
        package let labels: [Label]
        package let value: Value

        init(_ labels: [(String, String)], _ value: Value) {
            self.labels = labels.map { Label(name: $0, value: Self.fit($1)) }
            self.value = value
        }

        /// Scalars of a label's value at most; an instance's full name is shorter.
        static let limit = 200

        /// Names and codes come from others. Prometheus takes a zero byte for the end of a text, and people see these on their dashboards.
        private static func fit(_ text: String) -> String {
            text.utf8.count <= limit ? Printable.line(text) : Printable.line(String(text.unicodeScalars.prefix(limit))) + "…"
        }
    }

    package let metric: Metric
    package private(set) var points: [Point] = []

    package init(_ metric: Metric) { self.metric = metric }

    package mutating func add(_ labels: [(String, String)], _ value: Double) { points.append(Point(labels, .number(value))) }
    package mutating func add(_ labels: [(String, String)], _ value: Int) { add(labels, Double(value)) }
    package mutating func add(_ labels: [(String, String)], _ value: Bool) { add(labels, value ? 1 : 0) }
    package mutating func add(_ labels: [(String, String)], _ value: Histogram) { points.append(Point(labels, .histogram(value))) }

    /// In the order of the labels' values, each set of labels once: a second sample of the same name would be refused by who reads it.
    package var sorted: [Point] {
        var result: [Point] = []
        for point in points.sorted(by: { $0.labels.lexicographicallyPrecedes($1.labels) }) where result.last?.labels != point.labels {
            result.append(point)
        }
        return result
    }
}
