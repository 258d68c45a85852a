/// No call is repeated before the server wants to hear of it again.
struct RetryAfterKept: Invariant {
    var judged = 0

    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        guard case .repeats(let replica, let epoch, let kind, let resource, let outcome) = event, let time = outcome.notBefore else {
            return nil
        }
        judged += 1
        guard ledger.now < time else { return nil }
        return "r\(replica).\(epoch) sends \(kind.rawValue) \(resource) again \(time - ledger.now) ms before the time that was named"
    }
}
