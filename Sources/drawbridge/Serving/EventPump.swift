import Model

/// Server-sent events to one reader: what revision is current, whenever that has changed, at most once a second; and a comment now and then, so that
/// a reader that went away is noticed. A reader that doesn't take what it is sent is dropped.
///
/// Source: HTML Living Standard, 9.2 Server-sent events.
struct EventPump: Sendable {
    static let spacing = Duration.seconds(1)
    static let heartbeat = Duration.seconds(15)
    /// How long a reader may take for one event.
    static let patience = Duration.seconds(10)

    /// Why a stream ends.
    enum Ending: Error { case slow, over }

    let runtime: Runtime
    /// An element whenever something may have changed.
    let changes: AsyncStream<Void>
    let revision: @Sendable () -> String

    /// Runs until the reader is gone, too slow, or the task is cancelled.
    func run(_ write: @escaping @Sendable (String) async throws -> Void) async {
        let (ticks, feed) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        try? await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                for await _ in changes { feed.yield() }
                throw Ending.over
            }
            tasks.addTask {
                while true {
                    try await runtime.sleep(Self.heartbeat)
                    feed.yield()
                }
            }
            tasks.addTask {
                var told = revision()
                try await bounded(write, "retry: 3000\n\n" + Self.event(told))
                for await _ in ticks {
                    let current = revision()
                    try await bounded(write, current == told ? ": here\n\n" : Self.event(current))
                    told = current
                    try await runtime.sleep(Self.spacing)
                }
            }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
        feed.finish()
    }

    static func event(_ revision: String) -> String { "event: revision\ndata: \(revision)\n\n" }

    private func bounded(_ write: @escaping @Sendable (String) async throws -> Void, _ text: String) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await write(text) }
            tasks.addTask {
                try await runtime.sleep(Self.patience)
                throw Ending.slow
            }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
    }
}
