import Model

/// An error of a cloud's own, before a client has read it.
struct Refusal: Error {
    var status: Int
    var code: String
    var message: String
    var retryAfter: Duration?

    init(_ status: Int, _ code: String, _ message: String = "", retryAfter: Duration? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }
}

/// What one request came to, as the client sees it.
enum Answer<Value> {
    case value(Value)
    case refused(Refusal)
    /// No answer; whether the request may have been received.
    case broken(received: Bool)
}

/// How a fault bends the carrying out of a request.
struct Bend {
    /// The state of so long ago is shown.
    var stale = 0
    var leavesOut: String?
    var failsOperation = false
    /// To be called when the fault makes a difference to what the request comes to.
    var bites: () -> Void = {}
}
