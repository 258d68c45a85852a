import Locking

/// A request on its way from the caller's task to the loop, known to both.
final class TransferCall: Sendable {
    let id: UInt64
    let request: PreparedRequest
    let totalDeadline: ContinuousClock.Instant?
    private let cancelled = Locked(false)

    init(id: UInt64, request: PreparedRequest, now: ContinuousClock.Instant) {
        self.id = id
        self.request = request
        totalDeadline = request.limits.total.map { now + $0 }
    }

    /// Set before the cancellation is posted, since the task may be cancelled before its start was.
    func cancel() { cancelled.withLock { $0 = true } }

    var isCancelled: Bool { cancelled.withLock { $0 } }

    var cancelledError: HTTPError { error(.cancelled, "the caller gave up", mayHaveBeenReceived: true) }

    func error(_ kind: HTTPError.Kind, _ message: String, mayHaveBeenReceived: Bool) -> HTTPError {
        HTTPError(kind, request: request.label, message: message, mayHaveBeenReceived: mayHaveBeenReceived)
    }
}

/// Where an answer goes.
enum TransferAnswer: Sendable {
    case whole(CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>)
    /// The head, then the body through the channel.
    case stream(CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>, BodyChannel)

    var isStream: Bool {
        if case .stream = self { return true }
        return false
    }

    func fail(_ error: HTTPError) {
        switch self {
        case .whole(let continuation), .stream(let continuation, _): continuation.resume(returning: .failure(error))
        }
    }
}
