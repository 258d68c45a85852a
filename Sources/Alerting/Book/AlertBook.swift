package import Model

/// Makes alerts of conditions: each fires once when it has lasted long enough, is repeated at its interval, and resolves once. A value:
/// stepped with what was found, it returns what to tell.
///
/// - A condition fires when it has been seen for its tolerance without a gap.
/// - An alert is over when its condition has not been seen for `clearAfter`; it goes on through shorter gaps, so that what comes and goes
///   is one alert.
/// - What could not be seen freezes: it neither fires nor resolves, and a gap does not grow.
/// - When more than `crowd` of one kind and policy begin to fire in one step, they are one alert with their number. It takes in those that
///   follow, and is over when all of them are.
package struct AlertBook: Sendable {
    package enum Input: Sendable {
        /// All that one source has found now: a policy's name, or a part of the process.
        case findings(source: String, Findings, repeatEvery: Duration)
        /// The source is gone, and what it found with it.
        case forget(source: String)
        /// Only these sources are left.
        case keep(sources: Set<String>)
        /// Time has passed.
        case elapsed
        /// This process tells nothing any more: another does.
        case clear
        /// What another process, or this one earlier, has told. Sources say anew what holds.
        case restore(AlertState)
    }

    package enum Effect: Hashable, Sendable {
        case tell(AlertTransition)
        /// What fires was seen again after a gap too short for it to be over: for the log, where what comes and goes can be read, and for
        /// nobody else. It has no number.
        case remind(AlertTransition)
        /// What `state` gives has changed.
        case save
    }

    struct Record: Hashable, Sendable {
        var condition: Condition
        var source: String
        var since: Moment
        /// When it was last seen while it is not seen now.
        var absentSince: Moment?
        var firedAt: Moment?
        var notifiedAt: Moment?
        /// Told as one of many.
        var isInCrowd = false
        /// Not looked at lately: it neither fires nor resolves.
        var isFrozen = false
    }

    /// Many alerts of one kind and policy, told as one.
    struct Crowd: Hashable, Sendable {
        var source: String
        var firedAt: Moment
        var notifiedAt: Moment
        /// Beyond those that are followed one by one.
        var uncounted = 0
    }

    struct CrowdKey: Hashable, Comparable, Sendable {
        var kind: AlertKind
        var policy: String

        init(_ identity: AlertIdentity) { (kind, policy) = (identity.kind, identity.policy) }

        static func < (a: Self, b: Self) -> Bool { (a.kind.rawValue, a.policy) < (b.kind.rawValue, b.policy) }
    }

    let times: AlertTimes
    var records: [AlertIdentity: Record] = [:]
    var crowds: [CrowdKey: Crowd] = [:]
    /// Conditions that are not followed one by one, by kind and policy.
    var uncounted: [CrowdKey: Int] = [:]
    var repeats: [String: Duration] = [:]
    var lastNumber = 0
    var lately: [(alert: Alert, at: Moment)] = []

    package init(times: AlertTimes) { self.times = times }

    package mutating func step(now: Moment, _ input: Input) -> [Effect] {
        let before = (records, crowds)
        var told: [AlertTransition] = []
        var reminders: [AlertTransition] = []
        switch input {
        case .findings(let source, let findings, let repeatEvery):
            repeats[source] = repeatEvery
            reminders = note(findings, of: source, now)
        case .forget(let source): told += forget(now) { $0 == source }
        case .keep(let sources): told += forget(now) { !sources.contains($0) }
        case .elapsed: break
        case .clear: (records, crowds, uncounted, lately) = ([:], [:], [:], [])
        case .restore(let state): restore(state, now)
        }
        told += settle(now)
        lately.removeAll { now.instant - $0.at.instant >= times.resolvedRetention }
        return reminders.map(Effect.remind) + told.map(Effect.tell) + (records != before.0 || crowds != before.1 ? [.save] : [])
    }

    // MARK: What is found

    /// - Returns: what fires and is seen again after a gap.
    private mutating func note(_ findings: Findings, of source: String, _ now: Moment) -> [AlertTransition] {
        var seen: Set<AlertIdentity> = []
        var reminders: [AlertTransition] = []
        for condition in findings.conditions where records[condition.identity] != nil && seen.insert(condition.identity).inserted {
            let isBack = records[condition.identity].map { $0.firedAt != nil && !$0.isInCrowd && $0.absentSince != nil } ?? false
            records[condition.identity]?.condition = condition
            records[condition.identity]?.source = source
            records[condition.identity]?.absentSince = nil
            records[condition.identity]?.isFrozen = false
            if isBack, let alert = alert(condition.identity) {
                reminders.append(AlertTransition(number: 0, change: .repeated, at: now.wall, alert: alert))
            }
        }
        miss(source, seen, findings.undetermined, now)
        follow(findings.conditions.filter { !seen.contains($0.identity) }, of: source, now)
        return reminders.sorted { $0.alert.condition.identity < $1.alert.condition.identity }
    }

    /// What of a source is not seen now.
    private mutating func miss(_ source: String, _ seen: Set<AlertIdentity>, _ undetermined: [Undetermined], _ now: Moment) {
        for (identity, record) in records where record.source == source && !seen.contains(identity) {
            if undetermined.contains(where: { $0.covers(identity.kind, record.condition.labels) }) {
                records[identity]?.isFrozen = true
                records[identity]?.absentSince = nil
            } else if record.firedAt == nil {
                records[identity] = nil
            } else {
                records[identity]?.isFrozen = false
                if record.absentSince == nil { records[identity]?.absentSince = now }
            }
        }
    }

    /// Takes up new conditions, as far as there is room.
    private mutating func follow(_ conditions: [Condition], of source: String, _ now: Moment) {
        var counts: [CrowdKey: Int] = [:]
        for identity in records.keys { counts[CrowdKey(identity), default: 0] += 1 }
        for key in uncounted.keys where key.policy == source || conditions.contains(where: { CrowdKey($0.identity) == key }) {
            uncounted[key] = nil
        }
        for condition in conditions.sorted(by: { $0.identity < $1.identity }) where records[condition.identity] == nil {
            let key = CrowdKey(condition.identity)
            guard counts[key, default: 0] < times.followed, records.count < times.followedInAll else {
                uncounted[key, default: 0] += 1
                continue
            }
            counts[key, default: 0] += 1
            records[condition.identity] = Record(condition: condition, source: source, since: now)
        }
        for key in crowds.keys { crowds[key]?.uncounted = uncounted[key] ?? 0 }
    }

    // MARK: What comes of it

    private mutating func settle(_ now: Moment) -> [AlertTransition] {
        resolve(now) + fire(now) + tellAgain(now)
    }

    private mutating func fire(_ now: Moment) -> [AlertTransition] {
        let due = records.filter { _, record in
            record.firedAt == nil && !record.isFrozen && now.instant - record.since.instant >= record.condition.tolerance
        }.keys.sorted()
        var told: [AlertTransition] = []
        for (key, identities) in Dictionary(grouping: due, by: CrowdKey.init).sorted(by: { $0.key < $1.key }) {
            for identity in identities { records[identity]?.firedAt = now }
            if crowds[key] != nil || identities.count > times.crowd {
                for identity in identities { records[identity]?.isInCrowd = true }
                guard crowds[key] == nil, let source = records[identities[0]]?.source else { continue }
                crowds[key] = Crowd(source: source, firedAt: now, notifiedAt: now, uncounted: uncounted[key] ?? 0)
                told += alert(ofCrowd: key).map { [transition(.fired, $0, now)] } ?? []
            } else {
                for identity in identities {
                    records[identity]?.notifiedAt = now
                    told += alert(identity).map { [transition(.fired, $0, now)] } ?? []
                }
            }
        }
        return told
    }

    private mutating func tellAgain(_ now: Moment) -> [AlertTransition] {
        func isDue(_ at: Moment?, _ source: String) -> Bool {
            at.map { now.instant - $0.instant >= repeats[source] ?? times.repeatEvery } ?? false
        }
        var told: [AlertTransition] = []
        for (identity, record) in records.sorted(by: { $0.key < $1.key })
        where !record.isInCrowd && !record.isFrozen && record.absentSince == nil && isDue(record.notifiedAt, record.source) {
            records[identity]?.notifiedAt = now
            told += alert(identity).map { [transition(.repeated, $0, now)] } ?? []
        }
        for (key, crowd) in crowds.sorted(by: { $0.key < $1.key }) where isDue(crowd.notifiedAt, crowd.source) {
            let members = records.filter { $0.value.isInCrowd && CrowdKey($0.key) == key }.values
            guard members.contains(where: { !$0.isFrozen && $0.absentSince == nil }) else { continue }
            crowds[key]?.notifiedAt = now
            told += alert(ofCrowd: key).map { [transition(.repeated, $0, now)] } ?? []
        }
        return told
    }

    private mutating func resolve(_ now: Moment) -> [AlertTransition] {
        let over = records.filter { _, record in
            record.firedAt != nil && !record.isFrozen && record.absentSince.map { now.instant - $0.instant >= times.clearAfter } ?? false
        }
        return end(Set(over.keys), now)
    }

    private mutating func forget(_ now: Moment, where isGone: (String) -> Bool) -> [AlertTransition] {
        let gone = records.filter { isGone($0.value.source) }
        for source in repeats.keys where isGone(source) { repeats[source] = nil }
        for key in uncounted.keys where isGone(key.policy) { uncounted[key] = nil }
        for (key, crowd) in crowds where isGone(crowd.source) { crowds[key]?.uncounted = 0 }
        return end(Set(gone.keys), now)
    }

    private mutating func end(_ identities: Set<AlertIdentity>, _ now: Moment) -> [AlertTransition] {
        guard !identities.isEmpty else { return [] }
        var told: [AlertTransition] = []
        let keys = Set(identities.filter { records[$0]?.isInCrowd ?? false }.map(CrowdKey.init))
        let texts = Dictionary(uniqueKeysWithValues: keys.map { ($0, alert(ofCrowd: $0)) })
        for identity in identities.sorted() {
            if records[identity]?.isInCrowd == false, let alert = alert(identity), alert.firedAt != nil {
                told.append(ended(alert, now))
            }
            records[identity] = nil
        }
        for key in keys.sorted() where !records.contains(where: { $0.value.isInCrowd && CrowdKey($0.key) == key }) {
            crowds[key] = nil
            if let alert = texts[key] ?? nil { told.append(ended(alert, now)) }
        }
        return told
    }

    private mutating func ended(_ alert: Alert, _ now: Moment) -> AlertTransition {
        var alert = alert
        alert.state = .resolved
        alert.resolvedAt = now.wall
        lately.append((alert, now))
        if lately.count > times.followed { lately.removeFirst() }
        return transition(.resolved, alert, now)
    }

    private mutating func transition(_ change: AlertTransition.Change, _ alert: Alert, _ now: Moment) -> AlertTransition {
        lastNumber += 1
        return AlertTransition(number: lastNumber, change: change, at: now.wall, alert: alert)
    }
}
