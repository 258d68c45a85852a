/// Whether the task that a call belongs to was cancelled: what is on its way goes on, nothing new is sent.
final class Cancellation {
    private(set) var isCancelled = false
    func cancel() { isCancelled = true }
}
