import Model
import Testing

@testable import Reporting

/// The two text formats, by the letter.
struct ExpositionTests {
    private static func family(_ metric: Metric, _ points: [([(String, String)], Double)]) -> MetricFamily {
        var family = MetricFamily(metric)
        for (labels, value) in points { family.add(labels, value) }
        return family
    }

    private static func text(_ families: [MetricFamily], as format: Exposition.Format) -> String {
        String(decoding: Exposition.write(families, as: format), as: UTF8.self)
    }

    private static var histogram: MetricFamily {
        var histogram = Histogram(bounds: [0.5, 1])
        for milliseconds in [100, 500, 700, 3000] { histogram.observe(.milliseconds(milliseconds)) }
        var family = MetricFamily(.swapDuration)
        family.add([("policy", "orders-db")], histogram)
        return family
    }

    private static let three = [
        histogram, family(.swaps, [([("policy", "orders-db"), ("outcome", "bound")], 3)]), family(.build, [([("version", "0.1.0")], 1)]),
    ]

    @Test func `Prometheus's own format: samples under their full names, an info is a gauge`() {
        #expect(
            Self.text(Self.three, as: .text) == """
                # HELP drawbridge_build_info The version that runs; always 1.
                # TYPE drawbridge_build_info gauge
                drawbridge_build_info{version="0.1.0"} 1
                # HELP drawbridge_swap_duration_seconds How long swaps took.
                # TYPE drawbridge_swap_duration_seconds histogram
                drawbridge_swap_duration_seconds_bucket{policy="orders-db",le="0.5"} 2
                drawbridge_swap_duration_seconds_bucket{policy="orders-db",le="1.0"} 3
                drawbridge_swap_duration_seconds_bucket{policy="orders-db",le="+Inf"} 4
                drawbridge_swap_duration_seconds_count{policy="orders-db"} 4
                drawbridge_swap_duration_seconds_sum{policy="orders-db"} 4.3
                # HELP drawbridge_swaps_total \(Metric.swaps.help)
                # TYPE drawbridge_swaps_total counter
                drawbridge_swaps_total{policy="orders-db",outcome="bound"} 3

                """)
    }

    @Test func `OpenMetrics: families under their own names, units, and an end`() {
        #expect(
            Self.text(Self.three, as: .openMetrics) == """
                # HELP drawbridge_build The version that runs; always 1.
                # TYPE drawbridge_build info
                drawbridge_build_info{version="0.1.0"} 1
                # HELP drawbridge_swap_duration_seconds How long swaps took.
                # TYPE drawbridge_swap_duration_seconds histogram
                # UNIT drawbridge_swap_duration_seconds seconds
                drawbridge_swap_duration_seconds_bucket{policy="orders-db",le="0.5"} 2
                drawbridge_swap_duration_seconds_bucket{policy="orders-db",le="1.0"} 3
                drawbridge_swap_duration_seconds_bucket{policy="orders-db",le="+Inf"} 4
                drawbridge_swap_duration_seconds_count{policy="orders-db"} 4
                drawbridge_swap_duration_seconds_sum{policy="orders-db"} 4.3
                # HELP drawbridge_swaps \(Metric.swaps.help)
                # TYPE drawbridge_swaps counter
                drawbridge_swaps_total{policy="orders-db",outcome="bound"} 3
                # EOF

                """)
    }

    @Test func `a sample without labels has no braces, a family without a sample is not told, and one is told once`() {
        let families = [Self.family(.leader, [([], 1)]), MetricFamily(.dryRun), Self.family(.leader, [([], 0)])]
        #expect(
            Self.text(families, as: .text)
                == "# HELP drawbridge_leader \(Metric.leader.help)\n# TYPE drawbridge_leader gauge\ndrawbridge_leader 1\n")
    }

    @Test func `samples stand in the order of their labels, each set of labels once`() {
        let text = Self.text(
            [Self.family(.leader, [([("policy", "b")], 2), ([("policy", "a")], 1), ([("policy", "b")], 3)])], as: .text)
        #expect(text.hasSuffix("drawbridge_leader{policy=\"a\"} 1\ndrawbridge_leader{policy=\"b\"} 2\n"))
    }

    @Test(arguments: [
        (#"back\slash"#, #"back\\slash"#), (#"a "quoted" one"#, #"a \"quoted\" one"#), ("two\nlines", #"two\\u{A}lines"#),
        ("a\u{0}zero", #"a\\u{0}zero"#), ("right\u{202E}left", #"right\\u{202E}left"#), ("Größe", "Größe"),
        ("\"} 1\ndrawbridge_leader 1", #"\"} 1\\u{A}drawbridge_leader 1"#),
    ])
    func `a hostile label's value stays one value on one line`(value: String, written: String) {
        let text = Self.text([Self.family(.leader, [([("policy", value)], 1)])], as: .openMetrics)
        #expect(text.hasSuffix("\ndrawbridge_leader{policy=\"\(written)\"} 1\n# EOF\n"))
    }

    @Test func `a long label's value is cut`() {
        let text = Self.text([Self.family(.leader, [([("policy", String(repeating: "x", count: 100_000))], 1)])], as: .text)
        #expect(text.utf8.count < 1000 && text.contains("x…\"} 1"))
        let marks = Self.text([Self.family(.leader, [([("policy", "x" + String(repeating: "\u{301}", count: 100_000))], 1)])], as: .text)
        #expect(marks.utf8.count < 5000, "one character can be as long as a whole text")
    }

    @Test(arguments: [
        (0, "0"), (-3, "-3"), (0.25, "0.25"), (1_770_000_000.125, "1770000000.125"), (1e300, "1e+300"), (.infinity, "+Inf"),
        (-.infinity, "-Inf"), (.nan, "NaN"),
    ])
    func `numbers are written as Go reads them`(number: Double, text: String) { #expect(Exposition.text(number) == text) }

    // MARK: Accept

    @Test(
        arguments: [
            (nil, .text), ("", .text), ("*/*", .text), ("text/plain", .text), ("text/html,*/*;q=0.8", .text),
            // Prometheus 2.42, 2.53 and 3.0, as they ask.
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                .openMetrics
            ),
            ("application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .openMetrics),
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,*/*;q=0.2",
                .openMetrics
            ),
            ("application/openmetrics-text", .openMetrics), ("APPLICATION/OpenMetrics-Text; Version=\"1.0.0\"", .openMetrics),
            ("application/openmetrics-text;q=0", .text), ("application/openmetrics-text;version=2.0.0", .text),
            ("application/openmetrics-text;q=0.2,text/plain;q=0.9", .text), ("application/openmetrics-text;q=much", .text),
            (";;,,=;q", .text), ("application/openmetrics-text;q=-1,text/plain", .text),
        ] as [(String?, Exposition.Format)])
    func `the format is what the reader likes best`(accept: String?, format: Exposition.Format) {
        #expect(Exposition.Format(accept: accept) == format)
    }

    @Test func `the types name their versions`() {
        #expect(Exposition.Format.text.contentType == "text/plain; version=0.0.4; charset=utf-8")
        #expect(Exposition.Format.openMetrics.contentType == "application/openmetrics-text; version=1.0.0; charset=utf-8")
    }

    // MARK: Names

    @Test(arguments: Metric.allCases) func `names follow the rules of Prometheus and OpenMetrics`(metric: Metric) {
        #expect(metric.rawValue.wholeMatch(of: /(drawbridge|process)(_[a-z]+)+/) != nil)
        #expect(!["_total", "_info", "_bucket", "_count", "_sum", "_created"].contains { metric.rawValue.hasSuffix($0) })
        #expect(metric.kind != .histogram || metric.unit == "seconds")
        #expect(metric.help.hasSuffix(".") && !metric.help.contains("\n"))
    }

    @Test func `no two samples have one name`() {
        let names = Metric.allCases.flatMap(\.sampleNames)
        #expect(Set(names).count == names.count)
    }
}
