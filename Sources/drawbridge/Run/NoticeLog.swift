import Locking
import Logging
import Model
import Planning
import Reconciliation
import Reporting

/// Writes a loop's reports to the log: notices as they come, a summary when it changes.
final class NoticeLog: Sendable {
    private let logger: Logger
    private let lastSummary = Locked<[String: String]>([:])

    init(logger: Logger) { self.logger = logger }

    func take(_ report: PolicyLoop.Report, of policy: String) {
        switch report {
        case .notice(let notice):
            let level: Logger.Level =
                switch notice.severity {
                case .info: .info
                case .warning: .warning
                case .error: .error
                }
            var fields: Logger.Metadata = ["policy": "\(policy)", "reason": "\(notice.kind.rawValue)"]
            if let node = notice.node { fields["node"] = "\(node.name)" }
            logger.log(level: level, "\(notice.message)", metadata: fields)
        case .active: break
        case .planned(let pass):
            let summary = PlanReport(pass.plan).summary
            let changed = lastSummary.withLock { last in
                defer { last[policy] = summary }
                return last[policy] != summary
            }
            logger.log(level: changed ? .info : .debug, "\(summary)", metadata: ["policy": "\(policy)"])
        }
    }
}
