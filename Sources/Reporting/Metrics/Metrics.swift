import Model

/// All that a controller tells of itself in numbers: what its snapshot says, what it has counted, what it takes of the machine. Pure.
package struct Metrics: Sendable {
    /// Series of single addresses, of all policies, at most.
    package static let addressLimit = 1000
    /// Credentials that have ended for longer than this are not in use any more: they are fetched only when they are needed.
    static let endedLimit = Duration.seconds(3600)

    let snapshot: ControllerSnapshot
    let counters: MetricCounters
    let process: ProcessFigures
    private var all: [Metric: MetricFamily] = [:]

    private init(_ snapshot: ControllerSnapshot, _ counters: MetricCounters, _ process: ProcessFigures) {
        self.snapshot = snapshot
        self.counters = counters
        self.process = process
    }

    package static func families(
        _ snapshot: ControllerSnapshot, _ counters: MetricCounters, _ process: ProcessFigures
    ) -> [MetricFamily] {
        var metrics = Metrics(snapshot, counters, process)
        metrics.addProcess()
        // What a replica that stands by knows of policies is old, and another tells it anew.
        if snapshot.role == .leading || snapshot.role == .dryRun {
            metrics.addPolicies()
            metrics.addAlerts()
        }
        metrics.addCounts()
        metrics.addCalls()
        return metrics.all.values.sorted { $0.metric.rawValue < $1.metric.rawValue }
    }

    subscript(metric: Metric) -> MetricFamily {
        get { all[metric] ?? MetricFamily(metric) }
        _modify { yield &all[metric, default: MetricFamily(metric)] }
    }

    private mutating func addProcess() {
        self[.build].add([("version", snapshot.version)], true)
        self[.leader].add([], snapshot.role == .leading)
        self[.dryRun].add([], snapshot.role == .dryRun)
        self[.policyRefused].add([], counters.isPolicyRefused)
        self[.processStartTime].add([], snapshot.startedAt.inSeconds)
        if let bytes = process.residentBytes { self[.processResidentMemory].add([], bytes) }
        if let seconds = process.processorSeconds { self[.processCPU].add([], seconds) }
        if let count = process.openFiles { self[.processOpenFiles].add([], count) }
        if let count = process.maxFiles { self[.processMaxFiles].add([], count) }
    }

    private mutating func addAlerts() {
        struct Key: Hashable {
            var policy: String
            var kind: String
            var severity: AlertSnapshot.Severity
            var state: String
        }
        var counts: [Key: Int] = [:]
        for alert in snapshot.alerts {
            counts[Key(policy: alert.policy ?? "", kind: alert.kind, severity: alert.severity, state: alert.state), default: 0] += 1
        }
        for (key, count) in counts {
            self[.alerts].add(
                [("policy", key.policy), ("kind", key.kind), ("severity", key.severity.rawValue), ("state", key.state)], count)
        }
    }

    private mutating func addCounts() {
        for (name, policy) in counters.policies {
            let label = ("policy", name)
            self[.syncs].add([label, ("result", "success")], policy.successes)
            self[.syncs].add([label, ("result", "failure")], policy.failures)
            self[.syncDuration].add([label], policy.passes)
            for outcome in MetricCounters.SwapOutcome.allCases {
                self[.swaps].add([label, ("outcome", outcome.rawValue)], policy.outcomes[outcome] ?? 0)
            }
            self[.swapDuration].add([label], policy.swaps)
        }
    }

    private mutating func addCalls() {
        func labels(_ operation: MetricCounters.Operation) -> [(String, String)] {
            [("api", operation.api.rawValue), ("operation", operation.name)]
        }
        for (answer, count) in counters.answers { self[.cloudRequests].add(labels(answer.operation) + [("code", answer.code)], count) }
        // With a zero for each operation that was called: an increase is seen from the first one on.
        for (operation, histogram) in counters.durations {
            self[.cloudRequestDuration].add(labels(operation), histogram)
            self[.cloudRetries].add(labels(operation), counters.retries[operation] ?? 0)
            self[.cloudThrottles].add(labels(operation), counters.throttles[operation] ?? 0)
        }
        for (holder, credentials) in counters.credentials {
            let labels = [("cloud", holder.cloud), ("identity", holder.identity)]
            self[.credentialRefreshes].add(labels + [("result", "success")], credentials.successes)
            self[.credentialRefreshes].add(labels + [("result", "failure")], credentials.failures)
            if let end = credentials.end, snapshot.at - end < Self.endedLimit { self[.credentialExpiry].add(labels, end.inSeconds) }
        }
    }
}

extension Timestamp {
    /// Since the epoch.
    var inSeconds: Double { Double(millisecondsSinceEpoch) / 1000 }
}
