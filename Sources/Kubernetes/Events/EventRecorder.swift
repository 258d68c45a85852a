internal import Locking
package import Model

/// Writes Events in the background. `record` never waits and never fails.
package final class EventRecorder: Sendable {
    private let client: KubernetesClient
    private let runtime: Runtime
    private let reportingComponent: String
    private let reportingInstance: String
    private let machine: Locked<StateMachine>
    private let wake: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - reportingComponent: such as `drawbridge.dev/controller`.
    ///   - reportingInstance: this replica's name.
    package init(client: KubernetesClient, runtime: Runtime, reportingComponent: String, reportingInstance: String) {
        self.client = client
        self.runtime = runtime
        self.reportingComponent = reportingComponent
        self.reportingInstance = reportingInstance
        machine = Locked(StateMachine(window: .seconds(600), waitingLimit: 256, writtenLimit: 1024))
        (wake, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes an event in, to be written by `run`.
    package func record(_ event: NodeEvent) {
        let moment = runtime.now()
        machine.withLock { $0.record(event, at: moment) }
        waker.yield()
    }

    /// Events that were not written: too many at once, or refused by the server.
    package var dropped: Int { machine.withLock { $0.dropped } }

    /// Lets `run` return once what waits has been written.
    package func finish() { waker.finish() }

    /// Writes events until `finish` is called or the task is cancelled. Call it once.
    ///
    /// - Parameter onTrouble: is told of writes that failed.
    package func run(onTrouble: @Sendable (APIError) -> Void) async {
        for await _ in wake { await drain(onTrouble) }
        await drain(onTrouble)
    }

    private func drain(_ onTrouble: @Sendable (APIError) -> Void) async {
        while !Task.isCancelled {
            let moment = runtime.now()
            guard let write = machine.withLock({ $0.next(at: moment) }) else { return }
            do {
                let record = try await perform(write)
                let moment = runtime.now()
                machine.withLock { $0.succeeded(record, at: moment) }
            } catch {
                machine.withLock { $0.failed(isMissing: error.isMissing) }
                if !error.isMissing { onTrouble(error) }
            }
        }
    }

    private func perform(_ write: StateMachine.Write) async throws(APIError) -> EventRecord {
        switch write {
        case .create(let event, let count, let first, let last):
            return try await client.createEvent(
                event, name: KubernetesClient.eventName(event.regarding, random: runtime.random()), count: count,
                reportingComponent: reportingComponent, reportingInstance: reportingInstance, first: first, last: last)
        case .patch(_, let record, let last):
            try await client.patchEvent(record, last: last)
            return record
        }
    }
}
