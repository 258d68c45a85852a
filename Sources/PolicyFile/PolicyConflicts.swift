internal import Model
internal import YAML

/// What the policies of one file must not share: names, nodes, and ports of a security group.
///
/// Each conflict is reported at the later of its two places.
struct PolicyConflicts {
    let diagnostics: PolicyDiagnostics

    func check(_ drafts: [PolicyDraft]) {
        checkNames(drafts)
        checkNodes(drafts)
        checkGroups(drafts)
    }

    private func checkNames(_ drafts: [PolicyDraft]) {
        PolicyField.refuseRepeats(of: drafts.compactMap(\.name), diagnostics) { "the name \(Quoting.quoted($0))" }
    }

    // MARK: Nodes

    private func checkNodes(_ drafts: [PolicyDraft]) {
        for (index, later) in drafts.enumerated() {
            guard let nodes = later.nodes else { continue }
            for earlier in drafts[..<index] {
                guard let others = earlier.nodes, !nodes.claim.value.isProvablyDisjoint(from: others.claim.value) else {
                    continue
                }
                checkNodes(nodes, against: others, of: earlier.name?.value)
            }
        }
    }

    private func checkNodes(_ nodes: PolicyDraft.Nodes, against others: PolicyDraft.Nodes, of name: String?) {
        let owner = name.map { "policy \($0)" } ?? "another policy"
        if nodes.pools.isEmpty || others.pools.isEmpty {
            diagnostics.report(
                nodes.claim.mark, nodes.claim.path, found: "nodes that \(owner) may select too (line \(others.claim.mark.line))",
                expected: "requirements that rule each other out, such as In with other values of the same label")
            return
        }
        for pool in nodes.pools {
            guard let other = others.pools.first(where: { $0.value == pool.value }) else { continue }
            diagnostics.report(
                pool.mark, pool.path,
                found: "the node pool \(Quoting.quoted(pool.value)), which \(owner) has (line \(other.mark.line))",
                expected: "each node pool in one policy")
        }
    }

    // MARK: Security groups

    private struct Claim {
        var policy: Int
        var name: String?
        var group: PolicyDraft.Group
    }

    private struct Span {
        var port: Located<ManagedPort>
        var name: String?
    }

    private func checkGroups(_ drafts: [PolicyDraft]) {
        var claims: [SecurityGroupReference: [Claim]] = [:]
        for (index, draft) in drafts.enumerated() {
            for group in draft.groups {
                // Ports of an entry overlap whatever its group is called.
                guard let reference = group.reference?.value else {
                    checkPorts(group.ports.map { Span(port: $0, name: draft.name?.value) }, of: nil)
                    continue
                }
                claims[reference, default: []].append(Claim(policy: index, name: draft.name?.value, group: group))
            }
        }
        for (reference, claims) in claims.sorted(by: { $0.key < $1.key }) {
            checkEntries(claims, of: reference)
            checkPorts(claims.flatMap { claim in claim.group.ports.map { Span(port: $0, name: claim.name) } }, of: reference)
            checkScopes(claims, of: reference)
        }
    }

    /// In ascending order, each range of ports is held against the farthest-reaching one before it.
    private func checkPorts(_ spans: [Span], of reference: SecurityGroupReference?) {
        for transport in [IPProtocol.tcp, .udp] {
            let sorted = spans.filter { $0.port.value.protocol == transport }
                .sorted { ($0.port.value.ports.lowerBound, $0.port.mark) < ($1.port.value.ports.lowerBound, $1.port.mark) }
            guard var reach = sorted.first else { continue }
            for span in sorted.dropFirst() {
                if span.port.value.overlaps(reach.port.value) {
                    let (earlier, later) = span.port.mark < reach.port.mark ? (span, reach) : (reach, span)
                    let owner = earlier.name == later.name ? "" : earlier.name.map { " of policy \($0)" } ?? " of another policy"
                    diagnostics.report(
                        later.port.mark, later.port.path,
                        found:
                            "\(later.port.value), which overlaps \(earlier.port.value)\(owner) (line \(earlier.port.mark.line))",
                        expected: "each port of \(reference.map { "\($0)" } ?? "a group") once")
                }
                if span.port.value.ports.upperBound > reach.port.value.ports.upperBound { reach = span }
            }
        }
    }

    /// Plans tell groups apart by their reference, so all that a policy says of a group stands in one entry.
    private func checkEntries(_ claims: [Claim], of reference: SecurityGroupReference) {
        var first: [Int: Located<SecurityGroupReference>] = [:]
        for claim in claims {
            guard let place = claim.group.reference else { continue }
            guard let earlier = first[claim.policy] else {
                first[claim.policy] = place
                continue
            }
            diagnostics.report(
                place.mark, place.path, found: "\(reference) again (the first is on line \(earlier.mark.line))",
                expected: "each group once in a policy: list all its ports in one entry")
        }
    }

    /// `scope: group` has one policy decide on all of a group's rules but those on other policies' ports: one policy at most can
    /// have it.
    private func checkScopes(_ claims: [Claim], of reference: SecurityGroupReference) {
        let wide = claims.filter { $0.group.scope?.value == .group }
        for (index, later) in wide.enumerated() {
            guard let scope = later.group.scope, let earlier = wide[..<index].first(where: { $0.policy != later.policy }),
                let other = earlier.group.scope
            else { continue }
            let owner = earlier.name.map { "policy \($0)" } ?? "another policy"
            diagnostics.report(
                scope.mark, scope.path,
                found: "a second claim on \(reference), beside that of \(owner) (line \(other.mark.line)), with scope group",
                expected: "scope group in one policy only")
        }
    }
}
