/// An `Operation`. It can be `DONE` and failed. Source: Compute Engine REST v1, `zoneOperations`.
struct OperationResource: Decodable, Sendable {
    struct Failures: Decodable, Sendable {
        var errors: [Failure]?
    }

    struct Failure: Decodable, Sendable {
        var code: String?
        var message: String?
    }

    var name: String?
    /// `PENDING`, `RUNNING` or `DONE`.
    var status: String?
    var error: Failures?
    var httpErrorStatusCode: Int?
    var httpErrorMessage: String?

    var isDone: Bool { status == "DONE" }

    /// What made it fail; `nil` when it has not failed (so far).
    var failure: (code: String, message: String)? {
        if let errors = error?.errors, let first = errors.first {
            let message = errors.prefix(4).map { $0.message ?? $0.code ?? "" }.joined(separator: "; ")
            return (first.code ?? httpErrorMessage ?? "OPERATION_FAILED", message)
        }
        if error != nil || (httpErrorStatusCode ?? 0) >= 400 { return (httpErrorMessage ?? "OPERATION_FAILED", "") }
        return nil
    }
}
