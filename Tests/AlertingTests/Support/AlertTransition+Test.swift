import Fixtures
import HTTP
import Locking
import Model

@testable import Alerting

extension AlertTransition {
    static func test(
        _ number: Int = 1, _ change: Change = .fired, _ condition: Condition = .test(), count: Int = 1
    ) -> AlertTransition {
        let at = Fixture.start.wall
        return AlertTransition(
            number: number, change: change, at: at,
            alert: Alert(
                condition: condition, state: change == .resolved ? .resolved : .firing, since: at + .seconds(-900), firedAt: at,
                notifiedAt: at, resolvedAt: change == .resolved ? at : nil, count: count))
    }
}

extension Outbox.Item {
    static func test(_ transition: AlertTransition, lost: Int = 0) -> Outbox.Item { Outbox.Item(transition: transition, lost: lost) }
}

/// Answers by what a test says, and keeps the requests.
final class TestTransport: HTTPTransport {
    let requests = Locked<[HTTPRequest]>([])
    private let answer: @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPResponse

    init(_ answer: @escaping @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPResponse) { self.answer = answer }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        requests.withLock { $0.append(request) }
        return try await answer(request)
    }

    func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        throw HTTPError(.internal, request: "", message: "no streams here", mayHaveBeenReceived: false)
    }

    func sent(to url: String) -> [HTTPRequest] { requests.withLock { $0.filter { $0.url.hasPrefix(url) } } }
}

extension HTTPResponse {
    static func test(_ status: Int, headers: HTTPHeaders = [:], _ body: String = "") -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
    }
}

/// A clock that stands until a test moves it on; who sleeps is woken then.
final class ManualClock: Sendable {
    private struct State {
        var elapsed = Duration.zero
        var next = 0
        var sleepers: [Int: (at: Duration, continuation: CheckedContinuation<Bool, Never>)] = [:]
    }

    private let state = Locked(State())

    var runtime: Runtime {
        Runtime(
            now: { [self] in
                let elapsed = state.withLock { $0.elapsed }
                return Moment(instant: Fixture.start.instant + elapsed, wall: Fixture.start.wall + elapsed)
            }, random: { UInt64.max },
            sleep: { [self] delay throws(CancellationError) in
                let id = state.withLock { state in
                    state.next += 1
                    return state.next
                }
                let isOver = await withTaskCancellationHandler {
                    await withCheckedContinuation { continuation in
                        let isOver = state.withLock { state in
                            if Task.isCancelled { return Bool?.some(false) }
                            if delay <= .zero { return true }
                            state.sleepers[id] = (state.elapsed + delay, continuation)
                            return nil
                        }
                        if let isOver { continuation.resume(returning: isOver) }
                    }
                } onCancel: {
                    state.withLock { $0.sleepers.removeValue(forKey: id)?.continuation }?.resume(returning: false)
                }
                if !isOver { throw CancellationError() }
            })
    }

    func advance(_ seconds: Int) {
        let due = state.withLock { state in
            state.elapsed += .seconds(seconds)
            let due = state.sleepers.filter { $0.value.at <= state.elapsed }.sorted { $0.value.at < $1.value.at }
            for entry in due { state.sleepers[entry.key] = nil }
            return due.map(\.value.continuation)
        }
        for continuation in due { continuation.resume(returning: true) }
    }

    var sleeping: Int { state.withLock { $0.sleepers.count } }

    /// Moves on by a second at a time until something holds; `false` when it does not within ten minutes of it.
    func advance(until holds: () -> Bool) async -> Bool {
        for _ in 0..<600 {
            for _ in 0..<200 {
                if holds() { return true }
                await Task.yield()
            }
            try? await Task.sleep(for: .milliseconds(1))
            advance(1)
        }
        return holds()
    }
}
