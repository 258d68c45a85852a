import Fixtures
import Model
import Testing

@testable import Reporting

struct MetricCountersTests {
    private static let start = Fixture.start.wall

    private static func swap(_ node: String, since: Timestamp) -> Activity.Swap {
        Activity.Swap(
            node: node, address: Fixture.address(1).reference, ip: Fixture.reservedIP(1), previousIP: nil, step: .attaching, since: since,
            isResumed: false, stranded: nil)
    }

    private static func counters(_ policies: String...) -> MetricCounters {
        var counters = MetricCounters()
        counters.expect(policies)
        return counters
    }

    @Test func `a swap is counted by its outcome, with the time that it took`() {
        var counters = Self.counters("orders-db")
        counters.active("orders-db", Activity(swaps: [Self.swap("node-1", since: Self.start), Self.swap("node-2", since: Self.start)]))
        counters.active("orders-db", Activity(swaps: [Self.swap("node-2", since: Self.start)]))
        counters.swapEnded("orders-db", node: "node-1", .bound, at: Self.start + .seconds(4))
        counters.active("orders-db", Activity())
        counters.swapEnded("orders-db", node: "node-2", .failed, at: Self.start + .seconds(700))
        let policy = counters.policies["orders-db"]
        #expect(policy?.outcomes == [.bound: 1, .failed: 1])
        #expect(policy?.swaps.counts == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1] && policy?.swaps.sum == 704)
    }

    @Test func `a swap that is begun anew at once is another one`() {
        var counters = Self.counters("orders-db")
        counters.active("orders-db", Activity(swaps: [Self.swap("node-1", since: Self.start)]))
        counters.active("orders-db", Activity(swaps: [Self.swap("node-1", since: Self.start + .seconds(9))]))
        counters.swapEnded("orders-db", node: "node-1", .unsettled, at: Self.start + .seconds(9))
        #expect(counters.policies["orders-db"]?.swaps.sum == 9)
    }

    @Test func `passes are counted by their result; a policy that went is forgotten, one that stays is not`() {
        var counters = Self.counters("orders-db", "other")
        counters.passed("orders-db", isSuccess: true, took: .milliseconds(300))
        counters.passed("orders-db", isSuccess: false, took: nil)
        counters.passed("unheard-of", isSuccess: true, took: .seconds(1))
        counters.expect(["orders-db", "new"])
        #expect(counters.policies.keys.sorted() == ["new", "orders-db"])
        #expect(counters.policies["orders-db"]?.successes == 1 && counters.policies["orders-db"]?.failures == 1)
        #expect(counters.policies["orders-db"]?.passes.count == 1)
    }

    @Test func `requests, throttles and retries are counted by operation`() {
        var counters = MetricCounters()
        let took = Duration.milliseconds(40)
        counters.note(.request(.ec2, operation: "DescribeSecurityGroups", code: "OK", took: took))
        counters.note(.request(.ec2, operation: "DescribeSecurityGroups", code: "RequestLimitExceeded", took: took))
        counters.note(.throttled(.ec2, operation: "DescribeSecurityGroups"))
        counters.note(.retried(.ec2, operation: "DescribeSecurityGroups"))
        let operation = MetricCounters.Operation(api: .ec2, name: "DescribeSecurityGroups")
        #expect(counters.answers.count == 2 && counters.answers[.init(operation: operation, code: "OK")] == 1)
        #expect(counters.retries == [operation: 1] && counters.throttles == [operation: 1])
        #expect(counters.durations[operation]?.counts[2] == 2)
    }

    @Test func `codes that servers make up are counted together`() {
        var counters = MetricCounters()
        for code in ["", "two words", "a\nb", String(repeating: "x", count: 65), "<html>"] {
            counters.note(.request(.compute, operation: "addresses.list", code: code, took: .zero))
        }
        #expect(counters.answers.map(\.key.code) == ["other"] && counters.answers.map(\.value) == [5])
        for number in 0..<5000 { counters.note(.request(.compute, operation: "addresses.list", code: "made-up-\(number)", took: .zero)) }
        #expect(counters.answers.count <= MetricCounters.answerLimit && counters.answers.values.reduce(0, +) == 5005)
    }

    @Test func `credentials are told by who they are, and so many of them`() {
        var counters = MetricCounters()
        counters.note(.renewed(cloud: "aws", identity: "a role", end: Self.start))
        counters.note(.notRenewed(cloud: "aws", identity: "a role"))
        let held = counters.credentials[.init(cloud: "aws", identity: "a role")]
        #expect(held?.end == Self.start && held?.successes == 1 && held?.failures == 1)
        for number in 0..<500 { counters.note(.renewed(cloud: "aws", identity: "role \(number)", end: nil)) }
        #expect(counters.credentials.count == MetricCounters.holderLimit)
    }

    @Test func `a duration on a bound is within it, and a clock that went back gives none below zero`() {
        var histogram = Histogram(bounds: [1, 2])
        for seconds in [-5, 1, 2, 3] { histogram.observe(.seconds(seconds)) }
        #expect(histogram.counts == [2, 1, 1] && histogram.sum == 6 && histogram.count == 4)
    }
}
