import Locking
package import Model

/// A gate that lets so many requests pass, and counts those that asked.
package final class CountedGate: Sendable {
    private let limit: Int
    private let count = Locked(0)

    package init(passing limit: Int) { self.limit = limit }

    package var asked: Int { count.withLock { $0 } }

    package var gate: WriteGate {
        WriteGate {
            self.count.withLock { count in
                count += 1
                return count <= self.limit
            }
        }
    }
}
