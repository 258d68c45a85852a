package import Model
package import Planning

/// Since when things are as they are, as far as one process has observed it. Pure; holds what the last plan holds, and no more.
///
/// What could not be read neither begins nor ends anything.
package struct Chronology: Hashable, Sendable {
    package struct Since: Hashable, Sendable {
        package var at: Timestamp
        /// It was so when it was first looked at, and may have been for long.
        package var isAtLeast: Bool

        package init(at: Timestamp, isAtLeast: Bool) {
            self.at = at
            self.isAtLeast = isAtLeast
        }
    }

    private struct RuleKey: Hashable {
        var group: SecurityGroupReference
        var rule: String
    }

    /// Things of one kind, each with the state it is in.
    private struct Ledger<Key: Hashable & Sendable, State: Hashable & Sendable>: Hashable, Sendable {
        private struct Entry: Hashable, Sendable {
            var state: State
            var since: Since
        }

        private var entries: [Key: Entry] = [:]
        private var hasObserved = false

        subscript(key: Key, state: State) -> Since? { entries[key].flatMap { $0.state == state ? $0.since : nil } }

        /// - Parameters:
        ///   - states: what is seen now; `nil`: the thing is there, its state is not known.
        ///   - isWhole: whether what is missing is gone.
        mutating func observe(_ states: [(Key, State?)], isWhole: (Key) -> Bool, at: Timestamp) {
            var seen: Set<Key> = []
            for (key, state) in states {
                seen.insert(key)
                guard let state, entries[key]?.state != state else { continue }
                entries[key] = Entry(state: state, since: Since(at: at, isAtLeast: !hasObserved))
            }
            for key in entries.keys where !seen.contains(key) && isWhole(key) { entries[key] = nil }
            hasObserved = true
        }
    }

    private var addresses = Ledger<AddressReference, AddressState>()
    private var admissions = Ledger<AddressReference, Set<SecurityGroupReference>>()
    private var nodes = Ledger<String, String>()
    private var rules = Ledger<RuleKey, String>()

    package init() {}

    package mutating func observe(_ plan: Plan, at: Timestamp) {
        let areAddressesWhole = plan.reservedUnknown == nil
        let unread = Set(plan.groups.filter { $0.unknown != nil }.map(\.group))
        addresses.observe(
            plan.addresses.map { item in
                if case .unknown = item.state { return (item.address.reference, nil) }
                return (item.address.reference, item.state)
            }, isWhole: { _ in areAddressesWhole }, at: at)
        admissions.observe(
            plan.addresses.map { ($0.address.reference, unread.isEmpty ? Set($0.notAdmittedIn) : nil) },
            isWhole: { _ in areAddressesWhole }, at: at)
        nodes.observe(
            plan.nodes.map { ($0.node.name, Self.state($0)) }, isWhole: { _ in plan.nodesUnknown == nil }, at: at)
        rules.observe(
            plan.groups.flatMap { group in
                group.standing.map { (RuleKey(group: group.group, rule: $0.rule.id), $0.ruleClass.word) }
                    + group.held.map { (RuleKey(group: group.group, rule: $0.revocation.rule.id), $0.revocation.reason.word) }
                    + group.revocations.map { (RuleKey(group: group.group, rule: $0.rule.id), $0.reason.word) }
            }, isWhole: { !unread.contains($0.group) }, at: at)
    }

    /// Since when an Address is held by who holds it, or by nobody.
    package func since(_ address: AddressPlan) -> Since? { addresses[address.address.reference, address.state] }

    /// Since when the same groups admit an Address as now.
    package func admittedSince(_ address: AddressPlan) -> Since? {
        admissions[address.address.reference, Set(address.notAdmittedIn)]
    }

    /// Since when a node stands where it stands: with this Address, or waiting for this kind of reason.
    package func since(_ node: NodePlan) -> Since? { Self.state(node).flatMap { nodes[node.node.name, $0] } }

    /// Since when a rule is there, as what it is to the policy.
    package func since(_ rule: SecurityGroupRule, in group: SecurityGroupReference, as word: String) -> Since? {
        rules[RuleKey(group: group, rule: rule.id), word]
    }

    private static func state(_ item: NodePlan) -> String? {
        switch item.state {
        case .bound(let address): "bound \(address)"
        case .swapping(let address): "swapping \(address)"
        case .waiting(.unknown): nil
        case .waiting(let reason): "waiting \(reason.word)"
        }
    }
}
