import HTTP
import Locking
package import Model
import SigV4
import XML

/// Calls of one Query API at one endpoint: signed, repeated where that is safe, their errors decoded.
struct AWSQueryClient: Sendable {
    let service: AWSEndpoint.Service
    let endpoint: AWSEndpoint
    let region: String
    private let version: String
    private let connection: AWSConnection

    /// - Parameter settings: what the endpoint is found by; `nil` for the environment and the shared files.
    init(
        _ service: AWSEndpoint.Service, version: String, region: String, connection: AWSConnection, settings: AWSSettings? = nil
    ) throws(APIError) {
        self.service = service
        self.version = version
        self.region = region
        self.connection = connection
        let settings = if let settings { settings } else { try AWSSettings(connection.environment) }
        endpoint = try AWSEndpoint.resolve(service, region: region, settings: settings)
    }

    /// - Parameter provider: `nil` sends the call without a signature.
    func perform(_ call: QueryCall, signedBy provider: (any AWSCredentialsProvider)?) async throws(APIError) -> QueryAnswer {
        let runtime = connection.runtime
        let body = formBody(call)
        var attempts = QueryAttempts(policy: call.policy, start: runtime.now().instant, signed: provider != nil)
        var previous: APIError?
        while true {
            let credentials = try await provider?.credentials()
            // Last before the request leaves: what comes before may take long.
            try call.gate?.pass(service.api, call.operation, on: call.resource, after: previous)
            let failure: QueryFailure
            let began = runtime.now().instant
            do throws(QueryFailure) {
                let answer = try await attempt(call, body: body, credentials: credentials)
                note(call, nil, since: began)
                return answer
            } catch {
                failure = error
                note(call, failure, since: began)
            }
            previous = failure.error
            let (now, unit) = (runtime.now().instant, runtime.unit())
            let decision = call.budget.withLock {
                attempts.decide(after: failure, skew: connection.skew, now: now, unit: unit, budget: &$0)
            }
            switch decision {
            case .again(let delay):
                connection.meter.note(.retried(service.api, operation: call.operation))
                do { try await runtime.sleep(delay) } catch { throw failure.error }
            case .correctClock: break
            case .renewCredentials: if let credentials { provider?.discard(credentials) }
            case .giveUp(let error): throw error
            }
        }
    }

    private func note(_ call: QueryCall, _ failure: QueryFailure?, since began: Instant) {
        let took = connection.runtime.now().instant - began
        connection.meter.note(
            .request(service.api, operation: call.operation, code: failure?.error.code ?? CallMeter.success, took: took))
        if failure?.kind == .throttled { connection.meter.note(.throttled(service.api, operation: call.operation)) }
    }

    private func formBody(_ call: QueryCall) -> [UInt8] {
        var parameters = QueryParameters()
        parameters.add("Action", call.operation)
        parameters.add("Version", version)
        for field in call.parameters.fields { parameters.add(field.name, field.value) }
        return parameters.formEncoded
    }

    /// One request, signed with this moment's time.
    private func attempt(
        _ call: QueryCall, body: [UInt8], credentials: AWSCredentials?
    ) async throws(QueryFailure) -> QueryAnswer {
        let ahead = connection.skew.ahead
        var request = HTTPRequest(
            "POST", endpoint.url,
            headers: [
                "Host": endpoint.authority, "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
                "Accept": "text/xml",
            ], body: body, limits: Self.limits)
        let signature = credentials.map { sign(&request, with: $0, at: connection.runtime.now().wall + ahead) }
        let reading = QueryReading(
            call: call, api: service.api, endpoint: endpoint, credentials: credentials, signedAhead: ahead, signature: signature)
        let sentAt = connection.runtime.now().wall
        let response: HTTPResponse
        do {
            response = try await connection.transport.send(request)
        } catch {
            throw reading.failure(of: error, at: connection.runtime.now().wall)
        }
        let receivedAt = connection.runtime.now().wall
        do {
            let answer = try reading.answer(response, receivedAt: receivedAt)
            connection.skew.observe(server: answer.serverDate, sentAt: sentAt, receivedAt: receivedAt)
            return answer
        } catch {
            connection.skew.observe(server: error.serverDate, sentAt: sentAt, receivedAt: receivedAt)
            throw error
        }
    }

    /// - Returns: the signature.
    private func sign(_ request: inout HTTPRequest, with credentials: AWSCredentials, at time: Timestamp) -> Secret {
        let signer = SigV4Signer(service: service.rawValue, region: region, dialect: .standard, keys: connection.keys)
        let signed = signer.sign(
            SigV4Request(
                method: request.method, scheme: endpoint.scheme, host: endpoint.authority, path: endpoint.path, query: "",
                headers: request.headers.fields.map { .init($0.name, $0.value) }, body: request.body ?? []),
            credentials: SigV4Credentials(
                accessKeyID: credentials.accessKeyID, secretAccessKey: credentials.secretAccessKey.exposed,
                sessionToken: credentials.sessionToken?.exposed),
            at: SigningTime(epochSeconds: Int64(time.millisecondsSinceEpoch / 1000)))
        for header in signed.addedHeaders { request.headers.add(header.name, header.value) }
        return Secret(signed.signature)
    }

    /// A successful answer that lacks something.
    func unreadable(_ call: QueryCall, _ message: String) -> APIError {
        APIError(
            api: service.api, operation: call.operation, resource: call.resource, code: "malformed-answer", httpStatus: 200,
            message: "\(message), from \(endpoint)", disposition: call.writes ? .reread : .retry(after: nil),
            mayHaveTakenEffect: call.writes)
    }

    static let limits = HTTPLimits(connect: .seconds(5), total: .seconds(30), idle: .seconds(20), responseBytes: 8 << 20)
}

extension Retry.Policy {
    /// Calls that may be lost: the next pass makes them again.
    package static let reads = Retry.Policy(attempts: 4, base: .milliseconds(500), cap: .seconds(8), total: .seconds(25))
    /// What is refused for its rate is worth waiting for: throttles of writes last longer.
    package static let writes = Retry.Policy(attempts: 7, base: .milliseconds(500), cap: .seconds(15), total: .seconds(60))
}
