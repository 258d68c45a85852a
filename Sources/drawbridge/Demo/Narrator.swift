import Locking
import Model
import Planning
import Reconciliation
import Reporting

/// Tells on the terminal what is observed, planned and applied, as it happens: a line each, and on a terminal a status line that is kept
/// up to date beneath.
final class Narrator: Sendable {
    enum Kind: String, Sendable {
        case world, observed, planned, applied, warning, checked

        var color: String {
            switch self {
            case .world: "35"
            case .observed: "36"
            case .planned: "33"
            case .applied, .checked: "32"
            case .warning: "31"
            }
        }
    }

    private struct State {
        var lastObserved = ""
        var announced: Set<String> = []
        var status = ""
        var passes: [String: PassReport] = [:]
    }

    private let isColored: Bool
    private let isLive: Bool
    private let runtime: Runtime
    private let start: Instant
    private let state = Locked(State())

    init(surroundings: Surroundings, runtime: Runtime) {
        isColored = surroundings.isOutputColored
        isLive = surroundings.isStandardOutputTerminal && surroundings.variables["TERM"] != "dumb"
        self.runtime = runtime
        start = runtime.now().instant
    }

    var elapsed: Duration { runtime.now().instant - start }

    func say(_ kind: Kind, _ text: String) { state.withLock { write(kind, text, &$0) } }

    func title(_ text: String) {
        state.withLock { state in
            clear(&state)
            Console.report("\n" + (isColored ? "\u{1B}[1m\(text)\u{1B}[0m" : text) + "\n")
        }
    }

    func block(_ text: String) {
        state.withLock { state in
            clear(&state)
            Console.report(text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "\n" : "    \($0)\n" }.joined())
        }
    }

    /// Keeps one line at the bottom of a terminal; nothing elsewhere. It is cut to one row: of more, only the last could be erased.
    func status(_ whole: String) {
        guard isLive else { return }
        let text = String(whole.prefix(max(1, Surroundings.outputColumns - 1)))
        state.withLock { state in
            guard state.status != text else { return }
            state.status = text
            Console.report("\r\u{1B}[2K\u{1B}[2m\(text)\u{1B}[0m")
        }
    }

    func end() { state.withLock { clear(&$0) } }

    func take(_ report: PolicyLoop.Report) {
        switch report {
        // What is planned is told from the plan.
        case .notice(let notice) where notice.kind == .swapStarted: break
        case .active: break
        case .notice(let notice):
            say(notice.severity == .info ? .applied : .warning, notice.message)
        case .planned(let pass):
            state.withLock { state in
                state.passes[pass.plan.policy] = pass
                let observed = Self.observed(pass.plan)
                if observed != state.lastObserved { write(.observed, observed, &state) }
                state.lastObserved = observed
                let lines = Self.planned(pass.plan)
                for line in lines where !state.announced.contains(line) { write(.planned, line, &state) }
                state.announced = Set(lines)
            }
        }
    }

    private static func observed(_ plan: Plan) -> String {
        let bound = plan.nodes.filter { if case .bound = $0.state { true } else { false } }.count
        let unbound = plan.addresses.filter { $0.state == .unbound }.count
        let groups = plan.groups.map { group in
            let rules = group.standing(where: { $0 != .outOfScope }).count + group.revocations.count + group.held.count
            return "\(group.group.id): \(rules) rules, \(group.admitted.count) of \(plan.addresses.count) addresses admitted"
        }
        return "\(bound) of \(plan.nodes.count) nodes bound, \(plan.addresses.count) addresses reserved (\(unbound) unbound); "
            + groups.joined(separator: "; ")
    }

    private static func planned(_ plan: Plan) -> [String] {
        var lines: [String] = []
        for group in plan.groups {
            lines += brief(group.authorizations.map { "authorize \($0.permission.cidr) for \($0.address.name)" }, "authorizations")
            lines += brief(group.revocations.map { "revoke \($0.rule.source): \(words($0.reason))" }, "revocations")
            lines += group.held.map { "hold the revoke of \($0.revocation.rule.source): \($0.hold.text)" }
        }
        lines += brief(
            (plan.swaps.map {
                "swap \($0.node.name): \($0.accessConfig.natIP?.description ?? "no address") → \($0.address.name) (\($0.address.ip))"
            }), "swaps")
        return lines
    }

    private static func words(_ reason: GroupPlan.Revocation.Reason) -> String {
        switch reason {
        case .confirmedRelease: "its Address is released"
        case .stale: "its Address has left the reserved set"
        case .foreign: "foreign"
        }
    }

    /// A crowd is told as a number.
    private static func brief(_ lines: [String], _ what: String) -> [String] {
        lines.count <= 12 ? lines : lines.prefix(5) + ["… and \(lines.count - 5) more \(what)"]
    }

    private func write(_ kind: Kind, _ text: String, _ state: inout State) {
        clear(&state)
        let seconds = (elapsed.inSeconds * 10).rounded() / 10
        let time = String(repeating: " ", count: max(0, 5 - "\(seconds)".count)) + "\(seconds)s"
        let word = kind.rawValue + String(repeating: " ", count: 8 - kind.rawValue.count)
        Console.report("\(time)  \(isColored ? "\u{1B}[\(kind.color)m\(word)\u{1B}[0m" : word)  \(text)\n")
    }

    private func clear(_ state: inout State) {
        guard !state.status.isEmpty else { return }
        state.status = ""
        Console.report("\r\u{1B}[2K")
    }
}
