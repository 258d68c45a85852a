internal import Commands
internal import HTTP
internal import Locking
internal import Model

/// The API server as one configuration reaches it: identity, limits, retries.
final class APIServer: Sendable {
    private let configuration: KubernetesConfiguration
    private let runtime: Runtime
    private let meter: CallMeter
    private let credentials: CredentialSource
    private let budget: Locked<RetryBudget>
    private let makeTransport: @Sendable (HTTPClientConfiguration) -> any HTTPTransport
    /// One transport per client certificate; only an exec plugin changes it.
    private let transport: Locked<(certificate: [UInt8]?, transport: any HTTPTransport)?>

    private static let userAgent = "drawbridge"
    private static let answerBytes = 64 << 20

    init(
        configuration: KubernetesConfiguration, runtime: Runtime, files: FileReader, commands: CommandRunner,
        meter: CallMeter = .none, makeTransport: @escaping @Sendable (HTTPClientConfiguration) -> any HTTPTransport
    ) {
        self.configuration = configuration
        self.runtime = runtime
        self.meter = meter
        self.makeTransport = makeTransport
        credentials = CredentialSource(
            authentication: configuration.authentication, runtime: runtime, files: files, commands: commands)
        budget = Locked(KubernetesRetries.budget(now: runtime.now().instant))
        transport = Locked(nil)
    }

    /// Sends a call and returns its successful answer.
    ///
    /// Reads are repeated as `Retry` allows. A write is repeated only when it can't have taken effect: it was turned away with 429,
    /// or it never reached the server.
    func send(_ call: APICall) async throws(APIError) -> HTTPResponse {
        var retry = Retry(policy: KubernetesRetries.policy(limit: call.timeLimit), start: runtime.now().instant)
        var previous: APIError?
        while true {
            let failure: APIError
            do {
                return try await attempt(call, after: previous)
            } catch {
                failure = error
            }
            guard failure.code != HTTPError.Kind.cancelled.rawValue, failure.operation != "authenticate" else { throw failure }
            previous = failure
            let now = runtime.now().instant
            let unit = runtime.unit()
            let decision = budget.withLock { retry.decide(after: failure.disposition, now: now, unit: unit, budget: &$0) }
            guard case .again(let delay) = decision else { throw failure }
            meter.note(.retried(.kubernetes, operation: call.permission.description))
            do { try await runtime.sleep(delay) } catch { throw failure }
        }
    }

    /// Sends a call once and returns at the head of its answer, which is a success. The caller repeats.
    func open(_ call: APICall, limits: HTTPLimits) async throws(APIError) -> HTTPStream {
        let credential = try await credentials.current()
        let stream = try await stream(call, limits: limits, credential: credential)
        if stream.status == 401, await credentials.refused(credential) {
            let fresh = try await credentials.current()
            return try await checked(try await self.stream(call, limits: limits, credential: fresh), call, [credential, fresh])
        }
        return try await checked(stream, call, [credential])
    }

    private func attempt(_ call: APICall, after previous: APIError?) async throws(APIError) -> HTTPResponse {
        let credential = try await credentials.current()
        var used = [credential]
        var response = try await exchange(call, credential: credential, after: previous)
        if response.status == 401, await credentials.refused(credential) {
            let fresh = try await credentials.current()
            used.append(fresh)
            response = try await exchange(call, credential: fresh, after: APIError(response, to: call, sentWith: [credential]))
        }
        guard response.isSuccess else { throw APIError(response, to: call, sentWith: used) }
        return response
    }

    private func exchange(
        _ call: APICall, credential: KubernetesCredential, after previous: APIError?
    ) async throws(APIError) -> HTTPResponse {
        try call.gate?.pass(.kubernetes, call.permission.description, on: call.resource, after: previous)
        let limits = HTTPLimits(
            connect: min(.seconds(10), call.timeLimit), total: call.timeLimit, idle: min(.seconds(30), call.timeLimit),
            responseBytes: Self.answerBytes)
        let began = runtime.now().instant
        do {
            let response = try await transport(for: credential).send(request(call, limits: limits, credential: credential))
            note(call, response.isSuccess ? nil : APIError(response, to: call, sentWith: [credential]), since: began)
            return response
        } catch {
            let failure = APIError(error, to: call)
            note(call, failure, since: began)
            throw failure
        }
    }

    private func stream(_ call: APICall, limits: HTTPLimits, credential: KubernetesCredential) async throws(APIError) -> HTTPStream {
        let began = runtime.now().instant
        do {
            let stream = try await transport(for: credential).stream(request(call, limits: limits, credential: credential))
            // Its body, which may say more, has yet to come.
            let head = HTTPResponse(status: stream.status, headers: stream.headers, body: [])
            note(call, head.isSuccess ? nil : APIError(head, to: call, sentWith: [credential]), since: began)
            return stream
        } catch {
            let failure = APIError(error, to: call)
            note(call, failure, since: began)
            throw failure
        }
    }

    private func note(_ call: APICall, _ failure: APIError?, since began: Instant) {
        let took = runtime.now().instant - began
        let operation = call.permission.description
        meter.note(.request(.kubernetes, operation: operation, code: failure?.code ?? CallMeter.success, took: took))
        if failure?.httpStatus == 429 { meter.note(.throttled(.kubernetes, operation: operation)) }
    }

    /// The stream, if its head says success; else the error that its body explains.
    private func checked(_ stream: HTTPStream, _ call: APICall, _ used: [KubernetesCredential]) async throws(APIError) -> HTTPStream {
        if (200..<300).contains(stream.status) { return stream }
        var body: [UInt8] = []
        do {
            for try await piece in stream.body {
                body += piece
                if body.count > 1 << 20 { break }
            }
        } catch {
            // The status says enough.
        }
        throw APIError(HTTPResponse(status: stream.status, headers: stream.headers, body: body), to: call, sentWith: used)
    }

    private func request(_ call: APICall, limits: HTTPLimits, credential: KubernetesCredential) -> HTTPRequest {
        var headers: HTTPHeaders = ["Accept": APICall.json]
        if let type = call.contentType { headers.add("Content-Type", type) }
        if let authorization = credential.authorization { headers.add("Authorization", authorization.exposed) }
        return HTTPRequest(call.method, configuration.server + call.target, headers: headers, body: call.body?.bytes, limits: limits)
    }

    private func transport(for credential: KubernetesCredential) -> any HTTPTransport {
        let certificate = credential.clientCertificate ?? configuration.clientCertificate
        let held = transport.withLock { held in held?.certificate == certificate?.certificate ? held?.transport : nil }
        if let held { return held }
        // Made outside the lock, which must not be held while calling out. Two callers may both make one: the first to be kept serves.
        let made = makeTransport(
            HTTPClientConfiguration(
                trust: configuration.trust, clientCertificate: certificate, proxy: configuration.proxy, userAgent: Self.userAgent))
        // The replaced transport is handed out as well, so that it ends outside the lock.
        let (kept, _) = transport.withLock { held -> (any HTTPTransport, (any HTTPTransport)?) in
            if let held, held.certificate == certificate?.certificate { return (held.transport, made) }
            let replaced = held?.transport
            held = (certificate?.certificate, made)
            return (made, replaced)
        }
        return kept
    }
}
