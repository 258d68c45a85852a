import Model

/// What was told of alerts, as it outlives the process. Times are the wall clock's: instants of two processes can't be compared.
package struct AlertState: Hashable, Sendable, Codable {
    package static let version = 1

    struct Entry: Hashable, Sendable, Codable {
        var condition: Condition
        var source: String
        var since: Timestamp
        var absentSince: Timestamp?
        var firedAt: Timestamp?
        var notifiedAt: Timestamp?
        var isInCrowd: Bool
    }

    struct CrowdEntry: Hashable, Sendable, Codable {
        var kind: AlertKind
        var policy: String
        var source: String
        var firedAt: Timestamp
        var notifiedAt: Timestamp
        var uncounted: Int
    }

    var version = Self.version
    var lastNumber = 0
    var entries: [Entry] = []
    var crowds: [CrowdEntry] = []
}

extension AlertBook {
    /// Sorted: the same book gives the same state.
    package var state: AlertState {
        AlertState(
            lastNumber: lastNumber,
            entries: records.sorted { $0.key < $1.key }.map { _, record in
                AlertState.Entry(
                    condition: record.condition, source: record.source, since: record.since.wall, absentSince: record.absentSince?.wall,
                    firedAt: record.firedAt?.wall, notifiedAt: record.notifiedAt?.wall, isInCrowd: record.isInCrowd)
            },
            crowds: crowds.sorted { $0.key < $1.key }.map { key, crowd in
                AlertState.CrowdEntry(
                    kind: key.kind, policy: key.policy, source: crowd.source, firedAt: crowd.firedAt.wall,
                    notifiedAt: crowd.notifiedAt.wall, uncounted: crowd.uncounted)
            })
    }

    /// What is restored is frozen until its source has looked. A date of the future, by a clock that was ahead, counts as now.
    mutating func restore(_ state: AlertState, _ now: Moment) {
        func moment(_ wall: Timestamp) -> Moment {
            let age = max(.zero, now.wall - wall)
            return Moment(instant: now.instant + (.zero - age), wall: min(wall, now.wall))
        }
        lastNumber = max(lastNumber, state.lastNumber)
        for entry in state.entries.prefix(times.followedInAll) where records[entry.condition.identity] == nil {
            records[entry.condition.identity] = Record(
                condition: entry.condition, source: entry.source, since: moment(entry.since),
                absentSince: entry.absentSince.map(moment), firedAt: entry.firedAt.map(moment), notifiedAt: entry.notifiedAt.map(moment),
                isInCrowd: entry.isInCrowd, isFrozen: true)
        }
        for entry in state.crowds {
            let key = CrowdKey(AlertIdentity(entry.kind, policy: entry.policy, subject: ""))
            guard crowds[key] == nil, records.contains(where: { $0.value.isInCrowd && CrowdKey($0.key) == key }) else { continue }
            crowds[key] = Crowd(
                source: entry.source, firedAt: moment(entry.firedAt), notifiedAt: moment(entry.notifiedAt), uncounted: entry.uncounted)
        }
    }
}
