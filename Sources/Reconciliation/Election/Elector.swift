import Locking
package import Model

/// The async shell of leader election.
package final class Elector: Sendable {
    private let machine: Locked<ElectionMachine>
    private let port: any LeasePort
    private let runtime: Runtime
    private let callLimit: Duration
    private let onLeading: @Sendable (Bool) -> Void
    private let onApproval: @Sendable (String) -> Void
    private let inputs: AsyncStream<Election.Input>
    private let feed: AsyncStream<Election.Input>.Continuation

    /// - Parameters:
    ///   - onLeading: called when this replica becomes the one writer, or is it no more.
    ///   - onApproval: called with each approval found on the lease.
    package init(
        machine: ElectionMachine, port: any LeasePort, runtime: Runtime, callLimit: Duration,
        onLeading: @escaping @Sendable (Bool) -> Void, onApproval: @escaping @Sendable (String) -> Void
    ) {
        self.machine = Locked(machine)
        self.port = port
        self.runtime = runtime
        self.callLimit = callLimit
        self.onLeading = onLeading
        self.onApproval = onApproval
        (inputs, feed) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// Whether this replica may write right now; asked before every write.
    package var mayWrite: Bool {
        let now = runtime.now().instant
        return machine.withLock { $0.mayWrite(now: now) }
    }

    /// Who holds the lease, as last observed.
    package var holder: String? { machine.withLock { $0.holder } }
    /// Whether that holder, someone else, has been seen to renew the lease.
    package var isHolderAlive: Bool { machine.withLock { $0.isHolderAlive } }
    /// Who holds it, when it is not this process.
    package var otherHolder: String? { machine.withLock { $0.otherHolder } }
    /// Whether it holds the lease and waits before it writes.
    package var isProving: Bool { machine.withLock { $0.isProving } }
    package var trouble: APIError? { machine.withLock { $0.trouble } }

    /// Has these approvals taken off the lease with the next renewal.
    package func settle(_ digests: Set<String>) { feed.yield(.settled(digests)) }

    /// Gives the lease up; `run` returns soon after.
    package func stop() { feed.yield(.stop) }

    package func run() async {
        feed.yield(.start)
        await withDiscardingTaskGroup { tasks in
            for await input in inputs {
                let (effects, isStopped) = machine.withLock { machine in
                    (machine.step(now: runtime.now(), input), machine.isStopped)
                }
                for effect in effects {
                    switch effect {
                    case .leading(let leads): onLeading(leads)
                    case .approved(let digest): onApproval(digest)
                    default: tasks.addTask { await self.perform(effect) }
                    }
                }
                if isStopped { break }
            }
            tasks.cancelAll()
        }
    }

    private func perform(_ effect: Election.Effect) async {
        switch effect {
        case .read:
            let result = await limited { () async throws(APIError) in try await self.port.lease() }
            feed.yield(.read(result))
        case .create(let lease):
            let result = await limited { () async throws(APIError) in try await self.port.create(lease) }
            feed.yield(.written(result))
        case .update(let lease):
            let result = await limited { () async throws(APIError) in try await self.port.update(lease) }
            feed.yield(.written(result))
        case .wait(let duration):
            try? await runtime.sleep(duration)
            if !Task.isCancelled { feed.yield(.elapsed) }
        case .leading, .approved: break
        }
    }

    /// A call that takes too long counts as lost: the machine must go on before its lease runs out.
    private func limited<Value: Sendable>(_ call: @escaping @Sendable () async throws(APIError) -> Value) async -> Result<Value, APIError> {
        await withTaskGroup(of: Result<Value, APIError>.self) { tasks in
            tasks.addTask {
                do throws(APIError) { return .success(try await call()) } catch { return .failure(error) }
            }
            tasks.addTask {
                try? await self.runtime.sleep(self.callLimit)
                return .failure(
                    APIError(
                        api: .kubernetes, operation: "lease", resource: "lease", code: "timeout",
                        message: "no answer within \(self.callLimit.brief)",
                        disposition: .retry(after: nil), mayHaveTakenEffect: true))
            }
            defer { tasks.cancelAll() }
            for await first in tasks { return first }
            return .failure(
                APIError(
                    api: .kubernetes, operation: "lease", resource: "lease", code: "cancelled", message: "cancelled",
                    disposition: .permanent))
        }
    }
}
