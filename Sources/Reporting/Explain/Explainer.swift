import Model
import Planning

/// Explains an Address, a node, a rule or an IP by what a controller knows. Pure.
package struct Explainer: Sendable {
    /// A subject is no longer than this.
    package static let subjectBytes = 512

    let snapshot: ControllerSnapshot
    /// Whether there is a past to tell of: a fresh observation has none.
    let at: Timestamp

    package init(_ snapshot: ControllerSnapshot) {
        self.snapshot = snapshot
        at = snapshot.at
    }

    /// One thing that goes by the subject, whichever policies know it.
    private struct Match {
        var kind: Explanation.Kind
        /// How to ask for this and nothing else.
        var subject: String
        var answer: () -> Explanation.Answer
    }

    /// - Parameter subject: a name, an IP, a rule's id, or one of these behind `address/`, `node/`, `rule/`.
    package func explain(_ subject: String) -> Explanation {
        let (kind, name) = Self.split(subject)
        let matches = snapshot.policies.flatMap { policy -> [Match] in
            guard let plan = policy.plan else { return [] }
            var found: [Match] = []
            if kind == nil || kind == .address { found += addresses(name, policy, plan) }
            if kind == nil || kind == .node { found += nodes(name, policy, plan) }
            if kind == nil || kind == .rule { found += rules(name, policy, plan) }
            return found
        }
        // An IP that is reserved is asked about as an Address, whoever holds it and whichever rule admits it.
        let best = IPAddress(name) == nil && CIDR(masking: name) == nil ? matches : matches.filter { $0.kind == matches.first?.kind }
        let subjects = best.map(\.subject).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        switch subjects.count {
        case 0: break
        case 1: return Explanation(subject, at: at, answers: best.map { $0.answer() })
        default:
            return Explanation(
                subject, at: at, answers: [], message: "\"\(name)\" is \(subjects.count) things; say which.",
                near: Array(subjects.prefix(20)))
        }
        if kind == nil, let ip = IPAddress(name), let answer = stranger(ip) { return Explanation(subject, at: at, answers: [answer]) }
        return Explanation(subject, at: at, answers: [], message: notFound(name, kind), near: near(name))
    }

    private static func split(_ subject: String) -> (Explanation.Kind?, String) {
        for kind in [Explanation.Kind.address, .node, .rule] where subject.hasPrefix("\(kind.rawValue)/") {
            return (kind, String(subject.dropFirst(kind.rawValue.count + 1)))
        }
        return (nil, subject)
    }

    // MARK: Looking

    private func addresses(_ name: String, _ policy: PolicySnapshot, _ plan: Plan) -> [Match] {
        let ip = IPAddress(name)
        return plan.addresses.filter { item in
            let address = item.address
            return address.name == name || address.id == name || address.reference.description == name || address.cidr.description == name
                || ip.map(address.cidr.contains) ?? false
        }.map { item in
            Match(kind: .address, subject: "address/\(item.address.reference)") { self.answer(item, policy, plan) }
        }
    }

    private func nodes(_ name: String, _ policy: PolicySnapshot, _ plan: Plan) -> [Match] {
        let ip = IPAddress(name)
        return plan.nodes.filter { item in
            item.node.name == name || item.node.instance?.description == name || ip.map { item.held?.contains($0) ?? false } ?? false
        }.map { item in Match(kind: .node, subject: "node/\(item.node.name)") { self.answer(item, policy, plan) } }
    }

    private func rules(_ name: String, _ policy: PolicySnapshot, _ plan: Plan) -> [Match] {
        plan.groups.flatMap { group in
            Standing.all(of: group).filter { $0.rule.id == name || $0.rule.source.description == name }.map { item in
                Match(kind: .rule, subject: "rule/\(item.rule.id)") { self.answer(item, in: group, policy, plan) }
            }
        }
    }

    // MARK: When nothing is found

    private func notFound(_ name: String, _ kind: Explanation.Kind?) -> String {
        let known = snapshot.policies.filter { $0.plan != nil }
        guard !known.isEmpty else {
            if case .standingBy(let holder) = snapshot.role {
                return "This replica stands by and knows nothing yet: ask \(holder), which leads."
            }
            return "No policy has had its first pass yet: ask again in a moment."
        }
        let what = kind.map { "no \($0.rawValue)" } ?? "no reserved address, no node of a pool and no rule"
        let scope = known.map { snapshot in
            let labels = snapshot.policy.addresses.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
            return "\(snapshot.policy.name) (Addresses of \(snapshot.policy.addresses.project) with \(labels))"
        }.joined(separator: ", ")
        let unknowns = known.flatMap { $0.plan?.unknowns ?? [] }.map(\.message)
        let blind = unknowns.isEmpty ? "" : " Not all could be read: \(unknowns.prefix(3).joined(separator: "; "))."
        return "There is \(what) \"\(name)\" in \(scope).\(blind)"
    }

    private func near(_ name: String) -> [String] {
        let all = snapshot.policies.flatMap { policy -> [(String, String)] in
            guard let plan = policy.plan else { return [] }
            return plan.addresses.map { ($0.address.name, "address/\($0.address.name)") }
                + plan.addresses.map { ("\($0.address.ip)", "address/\($0.address.name)") }
                + plan.nodes.map { ($0.node.name, "node/\($0.node.name)") }
                + plan.groups.flatMap { group in Standing.all(of: group).map { ($0.rule.id, "rule/\($0.rule.id)") } }
        }
        let ranked = all.compactMap { known, subject in Nearness.distance(name, known).map { ($0, subject) } }.sorted { $0 < $1 }
        return ranked.map(\.1).reduce(into: []) { if $0.count < 5 && !$0.contains($1) { $0.append($1) } }
    }
}
