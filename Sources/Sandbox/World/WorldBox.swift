import Locking
package import Model

/// The world that servers share: every look at it first brings it up to date.
package final class WorldBox: Sendable {
    private let world: Locked<World>
    private let notifier = KubernetesChangeNotifier()
    package let runtime: Runtime
    private let observer: (@Sendable (World, Timestamp) -> Void)?

    /// - Parameter observer: shown the world whenever something fell due and after every step, in order and alone, so that nothing
    ///   escapes it that a step has changed. It is short, does not call out, and keeps no copy.
    package init(_ world: World, runtime: Runtime, observer: (@Sendable (World, Timestamp) -> Void)? = nil) {
        self.world = Locked(world)
        self.runtime = runtime
        self.observer = observer
    }

    package var now: Timestamp { runtime.now().wall }

    /// Runs the body on the world as it is at this moment, alone. The body is short and does not call out.
    package func step<Result, Failure: Error>(_ body: (inout World, Timestamp) throws(Failure) -> Result) throws(Failure) -> Result {
        var changed = false
        defer { if changed { notifier.notify() } }
        return try world.withLock { world throws(Failure) -> Result in
            let before = world.kubernetes.resourceVersion
            defer { changed = world.kubernetes.resourceVersion != before }
            let now = runtime.now().wall
            let isDue = world.nextDue.map { $0 <= now } ?? false
            world.advance(to: now)
            if isDue { observer?(world, now) }
            defer { observer?(world, now) }
            return try body(&world, now)
        }
    }

    /// A copy of the world as it is now.
    package var snapshot: World { step { world, _ in world } }

    /// Keeps the world up to date while no one looks at it, until cancelled.
    package func keepAdvancing() async {
        while !Task.isCancelled {
            let wait = step { world, now in world.nextDue.map { $0 - now } ?? .milliseconds(50) }
            do {
                try await runtime.sleep(max(.milliseconds(1), min(wait, .milliseconds(50))))
            } catch { return }
        }
    }
}

extension WorldBox: KubernetesAccess {
    package func read<Result>(_ body: (KubernetesStore) throws(KubernetesStatus) -> Result) throws(KubernetesStatus) -> Result {
        try step { world, _ throws(KubernetesStatus) in try body(world.kubernetes) }
    }

    package func write<Result>(_ body: (inout KubernetesStore) throws(KubernetesStatus) -> Result) throws(KubernetesStatus) -> Result {
        try step { world, _ throws(KubernetesStatus) in try body(&world.kubernetes) }
    }

    package func changes() -> AsyncStream<Void> { notifier.subscribe() }
}
