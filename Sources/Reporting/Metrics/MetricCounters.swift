package import Model

/// What a process has done since it began, in numbers: what no snapshot tells. A value; holds a bounded number of series.
package struct MetricCounters: Sendable {
    package enum SwapOutcome: String, Hashable, Sendable, CaseIterable { case bound, failed, unsettled }

    struct Policy: Sendable {
        var successes = 0
        var failures = 0
        var passes = Histogram.passes
        var outcomes: [SwapOutcome: Int] = [:]
        var swaps = Histogram.swaps
        /// Swaps that are under way, or whose outcome is about to be told, and since when.
        var running: [String: Timestamp] = [:]
        /// Their nodes, of those that are over.
        var ended: [String: Timestamp] = [:]
    }

    struct Operation: Hashable, Sendable {
        var api: APIError.API
        var name: String
    }

    struct Answer: Hashable, Sendable {
        var operation: Operation
        var code: String
    }

    struct Holder: Hashable, Sendable {
        var cloud: String
        var identity: String
    }

    struct Credentials: Sendable {
        var successes = 0
        var failures = 0
        var end: Timestamp?
    }

    /// Codes are foreign texts: beyond so many, further ones are counted together.
    static let answerLimit = 1000
    static let holderLimit = 100
    static let other = "other"

    /// Whether the policy file, as it is now, does not validate.
    package var isPolicyRefused = false
    private(set) var policies: [String: Policy] = [:]
    private(set) var answers: [Answer: Int] = [:]
    private(set) var durations: [Operation: Histogram] = [:]
    private(set) var retries: [Operation: Int] = [:]
    private(set) var throttles: [Operation: Int] = [:]
    private(set) var credentials: [Holder: Credentials] = [:]

    package init() {}

    /// The policies from now on; what was counted of others is forgotten.
    package mutating func expect(_ names: some Sequence<String>) {
        let before = policies
        policies = Dictionary(names.map { ($0, before[$0] ?? Policy()) }) { first, _ in first }
    }

    /// A pass has ended.
    package mutating func passed(_ policy: String, isSuccess: Bool, took: Duration?) {
        if isSuccess { policies[policy]?.successes += 1 } else { policies[policy]?.failures += 1 }
        if let took { policies[policy]?.passes.observe(took) }
    }

    /// What is under way has changed.
    package mutating func active(_ policy: String, _ activity: Activity) {
        guard var entry = policies[policy] else { return }
        let running = Dictionary(activity.swaps.map { ($0.node, $0.since) }) { first, _ in first }
        // What became of them is told right after this.
        entry.ended = entry.running.filter { running[$0.key] != $0.value }
        entry.running = running
        policies[policy] = entry
    }

    package mutating func swapEnded(_ policy: String, node: String, _ outcome: SwapOutcome, at: Timestamp) {
        policies[policy]?.outcomes[outcome, default: 0] += 1
        if let began = policies[policy]?.ended.removeValue(forKey: node) { policies[policy]?.swaps.observe(at - began) }
    }

    package mutating func note(_ event: CallMeter.Event) {
        switch event {
        case .request(let api, let name, let code, let took):
            let operation = Operation(api: api, name: name)
            var answer = Answer(operation: operation, code: Self.isCode(code) ? code : Self.other)
            if answers[answer] == nil && answers.count >= Self.answerLimit { answer.code = Self.other }
            answers[answer, default: 0] += 1
            durations[operation, default: .requests].observe(took)
        case .retried(let api, let name): retries[Operation(api: api, name: name), default: 0] += 1
        case .throttled(let api, let name): throttles[Operation(api: api, name: name), default: 0] += 1
        case .renewed(let cloud, let identity, let end):
            change(Holder(cloud: cloud, identity: identity)) { credentials in
                credentials.successes += 1
                credentials.end = end
            }
        case .notRenewed(let cloud, let identity): change(Holder(cloud: cloud, identity: identity)) { $0.failures += 1 }
        }
    }

    private mutating func change(_ holder: Holder, _ body: (inout Credentials) -> Void) {
        guard credentials[holder] != nil || credentials.count < Self.holderLimit else { return }
        body(&credentials[holder, default: Credentials()])
    }

    /// A vendor's code, or one of our own words; not a sentence, nor what a proxy made up.
    private static func isCode(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }
}
