import Locking

/// Wakes every subscriber; for whoever provides `KubernetesAccess`.
package final class KubernetesChangeNotifier: Sendable {
    private struct Subscribers {
        var next = 0
        var continuations: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let subscribers = Locked(Subscribers())

    package init() {}

    /// An element soon after every `notify` from now on; several may become one. Ends when the reader stops.
    package func subscribe() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = subscribers.withLock { subscribers in
            subscribers.next += 1
            subscribers.continuations[subscribers.next] = continuation
            return subscribers.next
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.subscribers.withLock { $0.continuations.removeValue(forKey: id) }
        }
        return stream
    }

    /// Never call it while holding the lock of the world.
    package func notify() {
        for continuation in subscribers.withLock({ Array($0.continuations.values) }) { continuation.yield() }
    }
}
