import FoundationEssentials
package import HTTP
import Locking
package import Model

/// Compute Engine v1: external Addresses, the access configs of instances, and the operations that change these.
///
/// Reads and writes are retried apart, each with a budget that all calls of this client share. Every method throws `.denied`,
/// `.missing` (the thing that was asked for, by
/// the API's own word), `.reread`, `.permanent`, or `.retry` when the retries are used up.
package struct ComputeClient: Sendable {
    package struct Retries: Hashable, Sendable {
        package var reads: Retry.Policy
        package var writes: Retry.Policy

        package init(reads: Retry.Policy, writes: Retry.Policy) {
            self.reads = reads
            self.writes = writes
        }

        /// A rate limit is waited out once: its minute ends within 63 s.
        package static let standard = Retries(
            reads: Retry.Policy(attempts: 5, base: .milliseconds(250), cap: .seconds(8), total: .seconds(75)),
            writes: Retry.Policy(attempts: 6, base: .milliseconds(250), cap: .seconds(8), total: .seconds(90)))

        package static func readBudget(now: Instant) -> RetryBudget { RetryBudget(capacity: 50, refillPerSecond: 1, now: now) }

        /// Between detach and attach a node has no address: a hundred swaps at once must not run out of retries there.
        package static func writeBudget(now: Instant) -> RetryBudget { RetryBudget(capacity: 200, refillPerSecond: 3, now: now) }
    }

    let endpoint: ComputeEndpoint
    let runtime: Runtime
    let retries: Retries
    private let transport: any HTTPTransport
    private let tokens: any GCPTokenSource
    private let meter: CallMeter
    private let readBudget: Locked<RetryBudget>
    private let writeBudget: Locked<RetryBudget>
    let permissions: PermissionAnswers

    package init(
        endpoint: ComputeEndpoint, transport: any HTTPTransport, tokens: any GCPTokenSource, runtime: Runtime, retries: Retries,
        meter: CallMeter = .none
    ) {
        self.endpoint = endpoint
        self.transport = transport
        self.tokens = tokens
        self.meter = meter
        self.runtime = runtime
        self.retries = retries
        permissions = PermissionAnswers(runtime: runtime)
        let now = runtime.now().instant
        readBudget = Locked(Retries.readBudget(now: now))
        writeBudget = Locked(Retries.writeBudget(now: now))
    }

    /// The body of the successful answer, after as many retries as the policy and the budget allow.
    ///
    /// - Parameter limit: for the retries altogether, where it is shorter than the policy's.
    func answer(to call: ComputeCall, within limit: Duration?) async throws(APIError) -> [UInt8] {
        var policy = call.method.isWrite ? retries.writes : retries.reads
        if let limit { policy.total = min(policy.total, limit) }
        let budget = call.method.isWrite ? writeBudget : readBudget
        var retry = Retry(policy: policy, start: runtime.now().instant)
        var mayHaveTakenEffect = false
        var previous: APIError?
        while true {
            var failure: APIError
            do {
                return try await attempt(call, after: previous)
            } catch {
                failure = error
            }
            // Once an answer was lost, no later answer to the same call can exclude that it took effect.
            mayHaveTakenEffect = mayHaveTakenEffect || failure.mayHaveTakenEffect
            failure.mayHaveTakenEffect = mayHaveTakenEffect
            previous = failure
            // A token source has made its own retries.
            guard failure.api == .compute, failure.code != HTTPError.Kind.cancelled.rawValue, !Task.isCancelled else { throw failure }
            let (disposition, now, unit) = (failure.disposition, runtime.now().instant, runtime.unit())
            let decision = budget.withLock { retry.decide(after: disposition, now: now, unit: unit, budget: &$0) }
            guard case .again(let delay) = decision else { throw failure }
            meter.note(.retried(.compute, operation: call.method.rawValue))
            do {
                try await runtime.sleep(delay)
            } catch {
                throw failure
            }
        }
    }

    /// Sends the call once; with a new token once more if the first was refused.
    ///
    /// - Parameter previous: what the attempt before came to.
    func attempt(_ call: ComputeCall, after previous: APIError? = nil) async throws(APIError) -> [UInt8] {
        precondition(call.method.isWrite == (call.gate != nil), "a write has a gate, a read has none")
        let token = try await tokens.token()
        var response = try await send(call, token, after: previous)
        var secrets = [token]
        if response.status == 401 {
            tokens.invalidate(token)
            let renewed = try await tokens.token()
            secrets.append(renewed)
            var refused = refusal(of: call, response, sentWith: [token])
            refused.mayHaveTakenEffect = previous?.mayHaveTakenEffect ?? false
            response = try await send(call, renewed, after: refused)
        }
        guard response.isSuccess else { throw refusal(of: call, response, sentWith: secrets) }
        return response.body
    }

    private func send(_ call: ComputeCall, _ token: Secret, after previous: APIError?) async throws(APIError) -> HTTPResponse {
        var request = try call.request(endpoint, token: token)
        if let project = tokens.quotaProject { request.headers.add("x-goog-user-project", project) }
        try call.gate?.pass(.compute, call.method.rawValue, on: call.resource, after: previous)
        let began = runtime.now().instant
        do {
            let response = try await transport.send(request)
            note(call, response, since: began, sentWith: token)
            return response
        } catch {
            let took = runtime.now().instant - began
            meter.note(.request(.compute, operation: call.method.rawValue, code: error.kind.rawValue, took: took))
            throw call.error(
                error.kind.rawValue, error.description + (error.advice(endpoint: ComputeEndpoint.variable) ?? ""), error.disposition,
                mayHaveTakenEffect: call.method.isWrite && error.mayHaveBeenReceived)
        }
    }

    private func note(_ call: ComputeCall, _ response: HTTPResponse, since began: Instant, sentWith token: Secret) {
        let body = response.isSuccess ? nil : ErrorBody(response, without: [token])
        let code = response.isSuccess ? CallMeter.success : body?.code ?? "http-\(response.status)"
        meter.note(.request(.compute, operation: call.method.rawValue, code: code, took: runtime.now().instant - began))
        if let body, ComputeErrorTable.isThrottle(response.status, [body.code, body.detail].compactMap(\.self), body.message) {
            meter.note(.throttled(.compute, operation: call.method.rawValue))
        }
    }

    /// - Parameter secrets: what the request was sent with: servers and proxies repeat requests in their errors.
    private func refusal(of call: ComputeCall, _ response: HTTPResponse, sentWith secrets: [Secret]) -> APIError {
        let body = ErrorBody(response, without: secrets)
        let finding = ComputeErrorTable.Finding(
            status: response.status, codes: [body.code, body.detail].compactMap { $0 }, message: body.message,
            isWrite: call.method.isWrite, isFromAPI: body.isFromAPI, retryAfter: response.retryAfter ?? body.retryDelay)
        return error(
            call, finding, code: body.code ?? "http-\(response.status)",
            mayHaveTakenEffect: call.method.isWrite && (response.status >= 500 || response.status == 408))
    }

    /// The error that the table makes of a finding.
    func error(
        _ call: ComputeCall, _ finding: ComputeErrorTable.Finding, code: String, requestID: String? = nil, mayHaveTakenEffect: Bool
    ) -> APIError {
        let verdict = ComputeErrorTable.verdict(finding, wall: runtime.now().wall, unit: runtime.unit())
        let words = finding.message.isEmpty ? nil : finding.message
        let message = [verdict.advice, words].compactMap { $0 }.joined(separator: ". Google says: ")
        return call.error(
            code, message, verdict.disposition, status: finding.status, requestID: requestID, mayHaveTakenEffect: mayHaveTakenEffect)
    }

    func decode<Value: Decodable>(_ type: Value.Type, _ body: [UInt8], of call: ComputeCall) throws(APIError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch {
            throw malformed(call, (error as? DecodingError)?.brief ?? "not as documented")
        }
    }

    /// A 200 that does not say what it must. For a write the outcome is then unknown.
    func malformed(_ call: ComputeCall, _ reason: String) -> APIError {
        call.error(
            "malformed-answer",
            "the answer is not what Compute Engine documents (\(reason)); check \(ComputeEndpoint.variable) and any proxy on the way",
            call.method.isWrite ? .reread : .permanent, status: 200, mayHaveTakenEffect: call.method.isWrite)
    }
}
