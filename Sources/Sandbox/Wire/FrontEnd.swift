package import Model

/// One API of the embedded clouds: a function of a request, the world and the time. It neither waits nor does I/O, so a
/// simulation in virtual time can call it as well as a server can.
package protocol FrontEnd: Sendable {
    var api: SandboxAPI { get }

    /// What the request asks for; for faults and for the log of calls.
    func identify(_ request: WireRequest) -> WireCall

    /// Carries it out.
    /// - Parameter received: when the request came; earlier than `now` when a long poll is resumed.
    func perform(_ call: WireCall, _ request: WireRequest, in world: inout World, now: Timestamp, received: Timestamp) -> WireReply

    /// An error in the format of this API.
    func refusal(status: Int, code: String, message: String, in world: inout World) -> WireResponse
}

extension FrontEnd {
    /// Answers a request: faults first, then the call itself, then the log.
    package func reply(to request: WireRequest, in world: inout World, now: Timestamp, received: Timestamp) -> WireReply {
        world.advance(to: now)
        let call = identify(request)
        guard received == now else { return perform(call, request, in: &world, now: now, received: received) }
        let latency = world.callLatency[api] ?? .zero
        let fault = world.faults.take(api, call.operation, call.resource)
        switch fault {
        case .fail(let status, let code, let message):
            let response = refusal(status: status, code: code, message: message, in: &world)
            return finish(.answer(response), call, request, in: &world, now: now, latency: latency)
        case .answer(let status, let contentType, let body):
            let response = WireResponse(
                status: status, headers: [("Content-Type", contentType)], body: body, errorCode: "injected")
            return finish(.answer(response), call, request, in: &world, now: now, latency: latency)
        case .dropRequest:
            return finish(.hangUp, call, request, in: &world, now: now, latency: latency)
        case .dropAnswer:
            let lost = perform(call, request, in: &world, now: now, received: received)
            return finish(.hangUp, call, request, in: &world, now: now, latency: latency, lost: lost)
        case .delay(let delay):
            let reply = perform(call, request, in: &world, now: now, received: received)
            return finish(reply, call, request, in: &world, now: now, latency: latency + delay)
        case nil:
            let reply = perform(call, request, in: &world, now: now, received: received)
            return finish(reply, call, request, in: &world, now: now, latency: latency)
        }
    }

    /// - Parameter lost: the answer that nobody gets.
    private func finish(
        _ reply: WireReply, _ call: WireCall, _ request: WireRequest, in world: inout World, now: Timestamp, latency: Duration,
        lost: WireReply? = nil
    ) -> WireReply {
        var result = reply
        if latency > .zero, case .answer(let response) = reply { result = .answerAt(now + latency, response) }
        var entry = CallLog.Call(
            time: now, api: api, operation: call.operation, resource: call.resource, outcome: Self.outcome(of: reply),
            caller: request.caller, requestID: request.parameters["requestId"])
        if entry.isWrite, case .answered = Self.outcome(of: lost ?? reply) {
            let begun = entry.requestID.flatMap { id in world.compute.operations.values.first { $0.requestID == id } }
            entry.effectAt = begun?.dueAt ?? now
        }
        world.calls.record(entry)
        return result
    }

    private static func outcome(of reply: WireReply) -> CallLog.Outcome {
        switch reply {
        case .answer(let response), .answerAt(_, let response):
            response.errorCode.map { .refused(status: response.status, code: $0) } ?? .answered(status: response.status)
        case .again: .answered(status: 200)
        case .hangUp: .dropped
        }
    }
}
