/// A watch that fails over and over is opened again at longer and longer intervals: no storm on an API server that has trouble.
///
/// Its rest begins with 0.4 to 0.8 s and doubles, so five fill ten seconds. A watch that brought something begins anew, and one whose
/// history is gone is followed by a list at once.
struct WatchesPaced: Invariant {
    var judged = 0
    private static let most = 20
    private static let window = 10_000
    private var times: [Watcher: [Int]] = [:]

    private struct Watcher: Hashable {
        var replica: Int
        var epoch: Int
        var policy: Int
    }

    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        guard case .watches(let replica, let epoch, let policy) = event else { return nil }
        judged += 1
        let watcher = Watcher(replica: replica, epoch: epoch, policy: policy)
        let lately = times[watcher, default: []].filter { ledger.now - $0 < Self.window } + [ledger.now]
        times[watcher] = lately
        return lately.count > Self.most ? "r\(replica).\(epoch) lists and watches nodes \(lately.count) times in ten seconds" : nil
    }
}
