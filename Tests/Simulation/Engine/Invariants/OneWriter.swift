/// A request of a write leaves only from a replica whose last renewal, by the time its request was sent, is younger than ten seconds, and
/// while no other replica may believe the same.
///
/// A person who deletes or empties the lease tells others that nobody leads, while the leader learns of it with its next renewal: for as
/// long as that may take two may believe it, and no client of a lease can help it. Overlaps are excused for the length of one renewal
/// after such an edit, and never otherwise; nor for who has only just come to hold the lease.
struct OneWriter: Invariant {
    var judged = 0
    static let excused = 12_000
    /// Whoever finds the lease so waits for as long before it writes: a leader that reaches the API server has noticed by then.
    static let grace = 3_900

    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        guard case .sends(let replica, let epoch, let kind, let resource) = event, kind.needsLease else { return nil }
        judged += 1
        guard let until = ledger.beliefs[replica], ledger.now <= until else {
            return "r\(replica).\(epoch) sends \(kind.rawValue) \(resource) without a valid lease"
        }
        if let since = ledger.heldSince[replica], ledger.now - since < Self.grace,
            let other = ledger.beliefs.filter({ $0.key != replica && ledger.now < $0.value }).keys.min()
        {
            return "r\(replica).\(epoch) sends \(kind.rawValue) \(resource) at once while r\(other) holds the lease too"
        }
        guard ledger.now - ledger.leaseTouched > Self.excused else { return nil }
        if let other = ledger.beliefs.filter({ $0.key != replica && ledger.now < $0.value }).keys.min() {
            return "r\(replica).\(epoch) sends \(kind.rawValue) \(resource) while r\(other) holds the lease too"
        }
        return nil
    }
}
