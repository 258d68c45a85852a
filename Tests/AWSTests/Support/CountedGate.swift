import Foundation
import Model

/// A gate that lets so many requests pass, and counts those that asked.
final class CountedGate: @unchecked Sendable {
    private let lock = NSLock()
    private let limit: Int
    private var count = 0

    init(passing limit: Int) { self.limit = limit }

    var asked: Int { lock.withLock { count } }

    var gate: WriteGate {
        WriteGate {
            self.lock.withLock {
                self.count += 1
                return self.count <= self.limit
            }
        }
    }
}
