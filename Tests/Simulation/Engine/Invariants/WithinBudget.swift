import Model

/// However long an API fails, a process repeats no more of its calls than their budget gives: what it starts with, and what time adds.
struct WithinBudget: Invariant {
    var judged = 0
    private var started: [Int: (epoch: Int, at: Int)] = [:]
    private var spent: [Spent: Int] = [:]

    private struct Spent: Hashable {
        var replica: Int
        var purse: Clients.Purse
    }

    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        switch event {
        case .started(let replica, let epoch):
            started[replica] = (epoch, ledger.now)
            for key in spent.keys where key.replica == replica { spent[key] = nil }
            return nil
        case .repeats(let replica, let epoch, let kind, let resource, _):
            guard let start = started[replica], start.epoch == epoch else { return nil }
            judged += 1
            let count = spent[Spent(replica: replica, purse: kind.purse), default: 0] + 1
            spent[Spent(replica: replica, purse: kind.purse)] = count
            let budget = kind.purse.budget(now: Instant(sinceOrigin: .zero))
            let seconds = Double(ledger.now - start.at) / 1000
            guard Double(count) > budget.capacity + seconds * budget.refillPerSecond else { return nil }
            return "r\(replica).\(epoch) sends \(kind.rawValue) \(resource) again, its repetition \(count) in \(Int(seconds)) s"
        default: return nil
        }
    }
}
