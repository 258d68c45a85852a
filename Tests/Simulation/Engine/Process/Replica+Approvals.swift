import Model
import Reconciliation

/// Which loops may still take an approval up, as `Leadership` keeps it.
extension Replica {
    /// An approval was found on the lease.
    func approved(_ digest: String) {
        openApprovals[digest] = Set(loops.map(\.index))
        for loop in loops { loop.send(.approve(digest)) }
    }

    /// A loop needs these approvals no longer; once none does, they are taken off the lease.
    func settled(_ digests: Set<String>, by loop: Int) {
        let over = digests.filter { digest in
            openApprovals[digest]?.remove(loop)
            return openApprovals[digest]?.isEmpty ?? true
        }
        for digest in over { openApprovals[digest] = nil }
        if !over.isEmpty { elect(.settled(over)) }
    }
}
