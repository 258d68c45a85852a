import Model

/// The alerts as others see them.
extension AlertBook {
    /// All that fire, sorted; a crowd is one.
    package var firing: [Alert] {
        let single = records.filter { $0.value.firedAt != nil && !$0.value.isInCrowd }.keys.compactMap(alert)
        return (single + crowds.keys.compactMap(alert(ofCrowd:))).sorted { $0.identity < $1.identity }
    }

    /// Those that are seen, and not long enough yet.
    package var pending: [Alert] { records.filter { $0.value.firedAt == nil }.keys.sorted().compactMap(alert) }

    /// Those that were over lately, the oldest first: for a receiver that asks to be told more than once.
    package var resolved: [Alert] { lately.map(\.alert) }

    func alert(_ identity: AlertIdentity) -> Alert? {
        records[identity].map { record in
            let state: Alert.State = record.firedAt == nil ? .pending : record.absentSince == nil ? .firing : .clearing
            return Alert(
                condition: record.condition, state: state, since: record.since.wall, firedAt: record.firedAt?.wall,
                notifiedAt: record.notifiedAt?.wall)
        }
    }

    /// The subject of an alert that stands for many: no name of anything else has parentheses.
    package static let crowdSubject = "(many)"

    func alert(ofCrowd key: CrowdKey) -> Alert? {
        guard let crowd = crowds[key] else { return nil }
        let members = records.filter { $0.value.isInCrowd && CrowdKey($0.key) == key }.sorted { $0.key < $1.key }
        guard let first = members.first?.value else { return nil }
        let count = members.count + crowd.uncounted
        let names = members.prefix(5).map { $0.key.subject.shown(limit: 100) }.joined(separator: ", ")
        let condition = Condition(
            AlertIdentity(key.kind, policy: key.policy, subject: Self.crowdSubject),
            members.map(\.value.condition.severity).max() ?? .warning,
            "\(count) at once: \(names)\(count > 5 ? " and \(count - 5) more" : ""). The first: \(first.condition.summary)",
            action: first.condition.action, after: .zero)
        return Alert(
            condition: condition, state: members.contains { $0.value.absentSince == nil } ? .firing : .clearing,
            since: members.map(\.value.since.wall).min() ?? crowd.firedAt.wall, firedAt: crowd.firedAt.wall,
            notifiedAt: crowd.notifiedAt.wall, count: count)
    }
}
