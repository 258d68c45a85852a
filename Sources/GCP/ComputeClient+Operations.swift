import Model

extension ComputeClient {
    /// Waits until an operation that a write has started is `DONE`, and reads its errors.
    ///
    /// `zoneOperations.wait` answers at once when the operation ends, so there is no lag to speak of; it is called again at once
    /// when it had waited and the operation is still running. Where it
    /// answers early, the pause before the next call is a twentieth of the time passed, so that an end is seen with 5 % delay at
    /// most (100 ms at least, 2 s at
    /// most). When it fails, `zoneOperations.get` takes its place. Failed polls are repeated for 20 s: the operation goes on whether it
    /// is watched or not, and what it was to change can be looked at.
    ///
    /// Source: Compute Engine REST v1, `zoneOperations.wait` ("best-effort", "no more than the 2 minutes").
    func finish(
        _ operation: OperationResource, of call: ComputeCall, on instance: InstanceReference, start: Instant, deadline: Instant
    ) async throws(APIError) {
        var polling = OperationPolling(start: start)
        var latest = operation
        while !latest.isDone {
            guard let name = latest.name, URLEncoding.segment(name) != nil else { throw malformed(call, "the operation has no name") }
            let now = runtime.now().instant
            guard now < deadline else {
                throw call.error(
                    "operation-timeout", "operation \(name) was still \(latest.status ?? "running") when the time for it was over",
                    .reread, requestID: name, mayHaveTakenEffect: true)
            }
            if let pause = polling.pause(now: now, unit: runtime.unit()) {
                do {
                    try await runtime.sleep(min(pause, deadline - now))
                } catch {
                    throw call.error(
                        "cancelled", "the wait for operation \(name) was cancelled", .reread, requestID: name,
                        mayHaveTakenEffect: true)
                }
            }
            let asked = runtime.now().instant
            do {
                latest = try await poll(name, of: instance, waits: polling.waits, remaining: max(deadline - asked, .zero))
                if latest.name == nil { latest.name = name }
                polling.answered(after: runtime.now().instant - asked)
            } catch {
                guard polling.failed(error, now: runtime.now().instant) && !Task.isCancelled else {
                    throw unknownOutcome(call, name, error)
                }
            }
        }
        guard let failure = latest.failure else { return }
        let finding = ComputeErrorTable.Finding(
            status: latest.httpErrorStatusCode, codes: [failure.code], message: failure.message, isWrite: true)
        throw error(call, finding, code: failure.code, requestID: latest.name, mayHaveTakenEffect: false)
    }

    private func poll(
        _ name: String, of instance: InstanceReference, waits: Bool, remaining: Duration
    ) async throws(APIError) -> OperationResource {
        var call = ComputeCall(
            method: waits ? .waitForZoneOperation : .getZoneOperation, resource: "operation \(name) on \(instance)",
            verb: waits ? "POST" : "GET", path: ["projects", instance.project, "zones", instance.zone, "operations", name])
        if waits {
            call.path.append("wait")
            call.limits = ComputeCall.limits(waitingAtMost: remaining)
        }
        return try decode(OperationResource.self, try await attempt(call), of: call)
    }

    /// The write was started; that it can't be followed any more says nothing about its end.
    private func unknownOutcome(_ call: ComputeCall, _ name: String, _ cause: APIError) -> APIError {
        var disposition = APIError.Disposition.reread
        if cause.isDenied { disposition = .denied }
        return call.error(
            cause.code, "operation \(name) was started, but its outcome is not known: \(cause.description)", disposition,
            status: cause.httpStatus, requestID: name, mayHaveTakenEffect: true)
    }
}
