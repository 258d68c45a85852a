/// A write that carries no request id is not sent again in the same call when it may have been carried out: what became of it is read.
struct NoBlindRepeat: Invariant {
    var judged = 0

    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        guard case .repeats(let replica, let epoch, let kind, let resource, let outcome) = event, kind.writes, kind.cloud != .compute else {
            return nil
        }
        judged += 1
        return outcome.isOpen ? "r\(replica).\(epoch) sends \(kind.rawValue) \(resource) again, which may have been carried out" : nil
    }
}
