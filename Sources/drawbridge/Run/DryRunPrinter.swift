import Locking
import Planning
import Reporting

/// Prints a plan to standard output when it differs from the one printed last.
final class DryRunPrinter: Sendable {
    private let isColored: Bool
    private let last = Locked<[String: String]>([:])

    init(isColored: Bool) { self.isColored = isColored }

    func take(_ plan: Plan) {
        let text = PlanReport(plan).text(colored: isColored)
        let changed = last.withLock { last in
            defer { last[plan.policy] = text }
            return last[plan.policy] != text
        }
        if changed { Console.report(text + "\n") }
    }
}
