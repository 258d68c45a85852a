package import Model

/// The embedded Compute Engine: projects, Addresses, instances and operations.
///
/// A value stepped synchronously: each call names the time, and `advance(to:)` completes what has fallen due. Calls are made with
/// `now` not before the last one.
package struct ComputeWorld: Sendable {
    /// Project id to project number.
    package var projects: [String: UInt64]
    /// Region to its zones.
    package var regions: [String: [String]]
    package var settings: ComputeSettings
    package var links = ComputeLinks.google
    /// Scopes that aggregated lists can't reach just now: `regions/europe-west1`, `global`.
    package var unreachable: Set<String> = []
    /// Permissions that no one holds, such as `compute.instances.addAccessConfig`.
    package var deniedPermissions: Set<String> = []

    package internal(set) var addresses: [AddressReference: ComputeAddress] = [:]
    package internal(set) var instances: [InstanceReference: ComputeInstance] = [:]
    package internal(set) var operations: [String: ComputeOperation] = [:]
    var ephemeral: Set<IPAddress> = []
    var nextReserved = 1
    var nextInternal: UInt128 = 2
    var requests: [RequestKey: RememberedRequest] = [:]
    var due: [DueEffect] = []
    var sequence = 0
    var random: SplitMix64
    var minute: (start: Int64, calls: Int) = (0, 0)

    package init(projects: [String: UInt64], regions: [String: [String]], settings: ComputeSettings, seed: UInt64) {
        self.projects = projects
        self.regions = regions
        self.settings = settings
        random = SplitMix64(seed: seed)
    }

    /// When the next thing falls due.
    package var nextDue: Timestamp? { due.first?.at }

    /// Completes everything that is due, in order.
    package mutating func advance(to now: Timestamp) {
        while let next = due.first, next.at <= now {
            due.removeFirst()
            switch next.effect {
            case .operation(let name): complete(name)
            case .releaseAddress(let reference, let user): release(reference, from: user)
            }
        }
    }

    mutating func schedule(_ effect: DueEffect.Effect, at time: Timestamp) {
        sequence += 1
        let entry = DueEffect(at: time, sequence: sequence, effect: effect)
        let index = due.firstIndex { ($0.at, $0.sequence) > (entry.at, entry.sequence) } ?? due.endIndex
        due.insert(entry, at: index)
    }

    struct DueEffect: Sendable {
        enum Effect: Sendable {
            case operation(String)
            case releaseAddress(AddressReference, user: String)
        }

        var at: Timestamp
        var sequence: Int
        var effect: Effect
    }

    struct RequestKey: Hashable, Sendable {
        var project: String
        var requestID: String
    }

    struct RememberedRequest: Sendable {
        var operation: String
        var type: String
        var targetPath: String
        var at: Timestamp
    }

    /// How many operations are remembered; the oldest finished go first.
    static let operationLimit = 20_000

    package func zones(of region: String) -> [String] { (regions[region] ?? []).sorted() }
    package var allZones: [String] { regions.values.flatMap { $0 }.sorted() }

    /// Counts a call against the project's fixed minute.
    ///
    /// Source: cloud.google.com/compute/api-quota: quotas are enforced per minute, and answer 403 rateLimitExceeded.
    package mutating func countCall(project: String, now: Timestamp) throws(ComputeError) {
        guard let limit = settings.requestsPerMinute else { return }
        let start = now.millisecondsSinceEpoch / 60_000
        if minute.start != start { minute = (start, 0) }
        minute.calls += 1
        guard minute.calls > limit else { return }
        throw ComputeError(
            status: 403, reason: "rateLimitExceeded",
            message: "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'compute.googleapis.com'"
                + " for consumer 'project_number:\(projects[project] ?? 0)'.", domain: "usageLimits")
    }
}
