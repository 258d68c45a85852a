import Model

/// What a request that failed came to, by the protocol alone: as the wire has it, not as a client reads it.
struct Outcome {
    /// Whether it may have been carried out for all that its sender can know.
    var isOpen: Bool
    /// When the server wants to hear of it again at the earliest.
    var notBefore: Int?

    init<Value>(_ answer: Answer<Value>, _ kind: CallKind, at now: Int) {
        switch answer {
        case .value: isOpen = false
        case .broken(let received): isOpen = received
        case .refused(let refusal):
            // 503 is EC2's word for a request that it did not begin.
            isOpen = refusal.status >= 500 && !(kind.cloud == .ec2 && refusal.status == 503)
            notBefore = refusal.retryAfter.map { now + Int($0.milliseconds) }
        }
    }
}
