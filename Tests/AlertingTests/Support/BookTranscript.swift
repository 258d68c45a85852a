import Fixtures
import Model

@testable import Alerting

/// A book, its clock, and what it told as lines: `900s fired AddressUnbound egress-1`.
struct BookTranscript {
    var book: AlertBook
    private(set) var now = Fixture.start
    private(set) var lines: [String] = []
    private(set) var transitions: [AlertTransition] = []

    init(times: AlertTimes = AlertTimes()) { book = AlertBook(times: times) }

    /// Since the beginning.
    var seconds: Int64 { (now.instant - Fixture.start.instant).milliseconds / 1000 }

    mutating func pass(_ seconds: Int) {
        now = Moment(instant: now.instant + .seconds(seconds), wall: now.wall + .seconds(seconds))
    }

    @discardableResult
    mutating func callAsFunction(_ input: AlertBook.Input) -> [String] {
        let effects = book.step(now: now, input)
        var told: [String] = []
        for case .tell(let transition) in effects {
            transitions.append(transition)
            let identity = transition.alert.identity
            told.append("\(seconds)s \(transition.change.rawValue) \(identity.kind.rawValue) \(identity.subject)")
        }
        lines += told
        return told
    }

    @discardableResult
    mutating func found(
        _ conditions: [Condition], undetermined: [Undetermined] = [], of source: String = "orders-db",
        repeatEvery: Duration = .seconds(3600)
    ) -> [String] {
        self(.findings(source: source, Findings(conditions, undetermined: undetermined), repeatEvery: repeatEvery))
    }
}

extension Condition {
    static func test(
        _ kind: AlertKind = .addressUnbound, _ subject: String = "egress-1", policy: String = "orders-db", after seconds: Int = 0,
        severity: AlertSeverity = .warning, labels: [String: String] = [:]
    ) -> Condition {
        Condition(
            AlertIdentity(kind, policy: policy, subject: subject), severity, "\(subject) is in trouble", action: "mend it", labels: labels,
            after: .seconds(seconds))
    }
}
