import Kubernetes
import Locking
import Logging
import Model
import Planning
import Reconciliation
import Reporting

/// Keeps the last changes: shows them on the board, and writes them beside the Lease while this process leads, gathered for a few seconds.
final class HistoryKeeper: Sendable {
    static let key = "history.jsonl"
    /// Between two looks at whether there is something to write.
    static let gathering = Duration.seconds(5)
    private static let lastWrite = Duration.seconds(2)

    private struct State {
        var ring = HistoryRing()
        var isDirty = false
        /// What a predecessor kept has been read since this process began to lead.
        var isRestored = false
    }

    private let replica: String
    private let client: KubernetesClient?
    private let leaseName: String
    private let runtime: Runtime
    private let logger: Logger
    private let board: Board
    private let mayWrite: @Sendable () -> Bool
    private let state = Locked(State())

    init(
        replica: String, client: KubernetesClient?, leaseName: String, runtime: Runtime, logger: Logger, board: Board,
        mayWrite: @escaping @Sendable () -> Bool
    ) {
        self.replica = replica
        self.client = client
        self.leaseName = leaseName
        self.runtime = runtime
        self.logger = logger
        self.board = board
        self.mayWrite = mayWrite
    }

    var jsonLines: [UInt8] { state.withLock { $0.ring }.jsonLines }

    func take(_ report: PolicyLoop.Report, of policy: String) {
        guard case .notice(let notice) = report, Self.kinds.contains(notice.kind) else { return }
        let entry = HistoryEntry(
            at: runtime.now().wall, replica: replica, policy: policy, kind: notice.kind.rawValue, subject: notice.subject,
            what: notice.message, why: why(notice, policy), requestIDs: notice.requestIDs)
        add { $0.add(entry) }
    }

    /// What was done, and what went wrong; what lasts is an alert's matter.
    private static let kinds: Set<Notice.Kind> = [
        .swapStarted, .addressBound, .swapFailed, .swapUnsettled, .nodeWithoutAddress, .taintRemoved, .rulesAuthorized, .rulesRevoked,
        .syncFailed,
    ]

    /// Of rules: by the plan that led to it.
    private func why(_ notice: Notice, _ policy: String) -> String {
        switch notice.kind {
        case .rulesAuthorized: return "these are reserved, and were not admitted"
        case .rulesRevoked:
            let plan = board.plan(of: policy)
            let reasons = plan?.groups.flatMap(\.revocations).filter { notice.message.contains($0.rule.id) }.map(\.reason.text) ?? []
            return Set(reasons).sorted().joined(separator: "; ")
        default: return ""
        }
    }

    private func add(_ change: (inout HistoryRing) -> Void) {
        let entries = state.withLock { state in
            change(&state.ring)
            state.isDirty = true
            return state.ring.entries
        }
        board.show(changes: entries.suffix(Board.changesShown).reversed())
    }

    /// Until cancelled.
    func run() async {
        while !Task.isCancelled {
            do { try await runtime.sleep(Self.gathering) } catch { return }
            await write()
        }
    }

    /// Writes what is not written yet, within a moment: the end of the process does not wait for an API server that hangs.
    func flush() async {
        await withTaskGroup(of: Void.self) { [runtime] tasks in
            tasks.addTask { await self.write() }
            tasks.addTask { try? await runtime.sleep(Self.lastWrite) }
            await tasks.next()
            tasks.cancelAll()
        }
    }

    /// Writes what is not written yet, if this process leads.
    private func write() async {
        guard let client else { return }
        guard mayWrite() else {
            state.withLock { $0.isRestored = false }
            return
        }
        do throws(APIError) {
            try await restore(client)
            let (isDirty, ring) = state.withLock { state in
                defer { state.isDirty = false }
                return (state.isDirty, state.ring)
            }
            guard isDirty else { return }
            do throws(APIError) {
                try await client.patchConfigMap(
                    KeptConfigMap.state(leaseName), namespace: client.namespace,
                    data: [Self.key: String(decoding: ring.jsonLines, as: UTF8.self)], gate: WriteGate(mayWrite))
            } catch {
                state.withLock { $0.isDirty = true }
                throw error
            }
        } catch {
            logger.debug("the history could not be kept, and is tried again: \(error)")
        }
    }

    private func restore(_ client: KubernetesClient) async throws(APIError) {
        guard !state.withLock({ $0.isRestored }) else { return }
        var kept = HistoryRing()
        do throws(APIError) {
            let map = try await client.getConfigMap(KeptConfigMap.state(leaseName), namespace: client.namespace)
            kept = HistoryRing(jsonLines: Array((map.data[Self.key] ?? "").utf8))
        } catch {
            guard error.isMissing else { throw error }
        }
        let isDirty = state.withLock { state in
            state.isRestored = true
            return state.isDirty
        }
        add { $0.restore(kept) }
        state.withLock { $0.isDirty = isDirty }
    }
}
