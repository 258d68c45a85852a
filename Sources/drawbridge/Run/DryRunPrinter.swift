import Locking
import Planning
import Reporting

/// Prints a plan to standard output when it differs from the one printed last.
final class DryRunPrinter: Sendable {
    private let isColored: Bool
    private let last = Locked<String?>(nil)

    init(isColored: Bool) { self.isColored = isColored }

    func take(_ plan: Plan) {
        let text = PlanReport(plan).text(colored: isColored)
        let changed = last.withLock { last in
            defer { last = text }
            return last != text
        }
        if changed { Console.report(text + "\n") }
    }
}
