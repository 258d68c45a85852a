import Model

extension Simulator {
    /// One request on its way to a cloud and back, with whatever fault meets it.
    ///
    /// - Parameters:
    ///   - limit: after so long the client hangs up.
    ///   - hold: how long the server keeps the request before it carries it out.
    ///   - effect: what the cloud does.
    ///   - done: runs in the process that sent it, if that still lives.
    func attempt<Value>(
        _ kind: CallKind, _ resource: String, from replica: Replica, limit: Int, hold: (() -> Int)? = nil,
        effect: @escaping (Bend) -> Result<Value, Refusal>, done: @escaping (Answer<Value>) -> Void
    ) {
        let (occurrence, fault) = meet(kind)
        let (sentAt, epoch) = (now, replica.epoch)
        trace.add(now, 1, kind.index, "\(replica.name) → \(kind.rawValue) \(resource) #\(occurrence)")
        let bites = { [unowned self] in if let fault { coverage.count(fault.kind, kind) } }
        if fault?.kind == .crashBefore {
            bites()
            return replica.crash(for: fault?.parameter ?? 0)
        }
        if fault?.kind == .freeze {
            bites()
            replica.freeze(for: fault?.parameter ?? 0)
        }
        let late = fault?.kind == .lateArrival ? fault?.parameter ?? 0 : 0
        let there = draw.milliseconds(.latency, kind.index * 2, occurrence, in: 1...scenario[.latency]) + late
        let back = draw.milliseconds(.latency, kind.index * 2 + 1, occurrence, in: 1...scenario[.latency])

        var hasHungUp = false
        func reply(_ answer: Answer<Value>, after delay: Int) {
            guard !hasHungUp else { return }
            let isLate = now + delay - sentAt > limit
            after(isLate ? sentAt + limit - now : delay) { [unowned self] in
                replica.run(epoch) { [unowned self] in
                    let answer = isLate ? Answer<Value>.broken(received: true) : answer
                    traceAnswer(answer, kind, replica, resource, occurrence)
                    done(answer)
                }
            }
        }

        if kind.cloud == .kubernetes && now < replica.cutOffUntil {
            return occurrence % 2 == 0 ? reply(.broken(received: false), after: back) : reply(.broken(received: true), after: limit + 1)
        }
        if fault?.kind == .unreached {
            bites()
            return reply(.broken(received: false), after: back)
        }
        if fault?.kind == .lostRequest {
            bites()
            return reply(.broken(received: true), after: there + back)
        }
        if there > limit {
            // The client does not wait for a request that is still on its way.
            reply(.broken(received: true), after: limit + 1)
            hasHungUp = true
        }
        after(there) { [unowned self] in
            if let refusal = refusal(kind, fault, bites) { return reply(.refused(refusal), after: back) }
            if late > 0 { bites() }
            let carryOut = { [unowned self] in
                var bend = Bend(bites: bites)
                if fault?.kind == .stale { bend.stale = fault?.parameter ?? 0 }
                if fault?.kind == .partial { bend.leavesOut = fault?.parameter == 0 ? Stage.region : Stage.otherRegion }
                bend.failsOperation = fault?.kind == .operationFails
                let result = effect(bend)
                if kind.writes { settle(.tool(replica.number, kind)) }
                let hasSucceeded = if case .success = result { true } else { false }
                switch fault?.kind {
                case .crashAfter:
                    guard replica.epoch == epoch else { return }
                    if hasSucceeded { bites() }
                    replica.crash(for: fault?.parameter ?? 0)
                case .errorAfter:
                    if hasSucceeded { bites() }
                    reply(.refused(Self.failure(kind.cloud, status: 500)), after: back)
                case .lostAnswer:
                    if hasSucceeded { bites() }
                    reply(.broken(received: true), after: back)
                default:
                    let isDelayed = fault?.kind == .delay
                    if isDelayed { bites() }
                    let delay = back + (isDelayed ? fault?.parameter ?? 0 : 0)
                    switch result {
                    case .success(let value): reply(.value(value), after: delay)
                    case .failure(let refusal): reply(.refused(refusal), after: delay)
                    }
                }
            }
            let wait = hold?() ?? 0
            if wait > 0 { after(wait, carryOut) } else { carryOut() }
        }
    }

    private func traceAnswer<Value>(_ answer: Answer<Value>, _ kind: CallKind, _ replica: Replica, _ resource: String, _ occurrence: Int) {
        let (code, text): (Int, String) =
            switch answer {
            case .value: (200, "ok")
            case .refused(let refusal): (refusal.status, "\(refusal.status) \(refusal.code)")
            case .broken(let received): (received ? 1 : 2, received ? "no answer" : "not reached")
            }
        trace.add(now, 2, kind.index * 1000 + code, "\(replica.name) ← \(kind.rawValue) \(resource) #\(occurrence): \(text)")
    }

    /// What stands in the way of a request before it is carried out.
    private func refusal(_ kind: CallKind, _ fault: PlannedFault?, _ bites: () -> Void) -> Refusal? {
        if let fault {
            switch fault.kind {
            case .errorBefore, .throttled, .retryAfter, .denied, .outage: bites()
            default: break
            }
            let end = min(now + fault.parameter, scenario[.chaos])
            if fault.kind == .denied { deniedUntil[kind] = max(deniedUntil[kind] ?? 0, end) }
            if fault.kind == .outage { outageUntil[kind] = max(outageUntil[kind] ?? 0, end) }
        }
        if now < deniedUntil[kind] ?? 0 { return Self.denial(kind) }
        if now < outageUntil[kind] ?? 0 { return Self.failure(kind.cloud, status: 503) }
        switch fault?.kind {
        case .errorBefore: return Self.failure(kind.cloud, status: 500)
        case .throttled: return Self.throttle(kind.cloud, after: nil)
        case .retryAfter: return Self.throttle(kind.cloud, after: .seconds(((fault?.parameter ?? 0) + 999) / 1000))
        default: return nil
        }
    }

    private static func denial(_ kind: CallKind) -> Refusal {
        switch kind.cloud {
        case .compute: Refusal(403, "forbidden", "Required 'compute.\(kind.operation)' permission")
        case .ec2: Refusal(403, "UnauthorizedOperation", "You are not authorized to perform this operation.")
        case .kubernetes: Refusal(403, "Forbidden", "forbidden")
        }
    }

    private static func failure(_ cloud: CallKind.Cloud, status: Int) -> Refusal {
        switch (cloud, status) {
        case (.compute, 500): Refusal(500, "internalError", "Internal error")
        case (.compute, _): Refusal(503, "backendError", "Backend error")
        case (.ec2, 500): Refusal(500, "InternalError", "An internal error has occurred")
        case (.ec2, _): Refusal(503, "Unavailable", "The server is overloaded and can't handle the request.")
        case (.kubernetes, 500): Refusal(500, "InternalError", "Internal error")
        case (.kubernetes, _): Refusal(503, "ServiceUnavailable", "apiserver is shutting down")
        }
    }

    private static func throttle(_ cloud: CallKind.Cloud, after: Duration?) -> Refusal {
        switch cloud {
        case .compute:
            Refusal(after == nil ? 403 : 429, "rateLimitExceeded", "Quota exceeded for quota metric 'Queries'", retryAfter: after)
        case .ec2: Refusal(503, "RequestLimitExceeded", "Request limit exceeded.", retryAfter: after)
        case .kubernetes: Refusal(429, "TooManyRequests", "too many requests", retryAfter: after)
        }
    }
}
