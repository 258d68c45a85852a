import GCP
import HTTP
import Model
import Testing

@Suite struct AccessConfigTests {
    private let instance = InstanceReference(project: "acme", zone: "europe-west1-b", name: "node-1")
    private let id = "5b9c0c0e-6a35-4f4e-9d0c-6d5e6a1f0001"
    private var delete: String {
        "POST \(base)projects/acme/zones/europe-west1-b/instances/node-1/deleteAccessConfig?accessConfig=External%20NAT&networkInterface=nic0"
            + "&requestId=\(id)"
    }
    private var add: String {
        "POST \(base)projects/acme/zones/europe-west1-b/instances/node-1/addAccessConfig?networkInterface=nic0&requestId=\(id)"
    }
    private let wait = "POST \(base)projects/acme/zones/europe-west1-b/operations/op-1/wait"
    private let get = "GET \(base)projects/acme/zones/europe-west1-b/operations/op-1"
    private let running = #"{"name":"op-1","status":"RUNNING","progress":10}"#
    private let done = #"{"name":"op-1","status":"DONE","progress":100}"#

    private func runDelete(_ transport: ScriptedTransport, _ clock: TestClock, limit: Duration = .seconds(300)) async throws(APIError) {
        try await client(transport, clock).deleteAccessConfig(
            instance: instance, networkInterface: "nic0", accessConfig: "External NAT", requestID: id, limit: limit,
            gate: WriteGate { true })
    }

    private func runAdd(_ transport: ScriptedTransport, natIP: String?, tier: NetworkTier?) async throws(APIError) {
        try await client(transport, TestClock()).addAccessConfig(
            instance: instance, networkInterface: "nic0", name: "External NAT", natIP: natIP.flatMap { IPAddress($0) },
            networkTier: tier,
            requestID: id, limit: .seconds(300), gate: WriteGate { true })
    }

    @Test func `an access config is deleted under its own name, and the operation waited for`() async throws {
        let clock = TestClock()
        let transport = ScriptedTransport([
            .answer(delete, running), .answer(wait, running) { clock.advance(.seconds(120)) }, .answer(wait, done),
        ])
        try await runDelete(transport, clock)
        #expect(transport.isFinished)
        // A wait that has waited is repeated at once.
        #expect(clock.sleeps.isEmpty)
        #expect(transport.requests.map(\.body) == [[], [], []])
    }

    @Test(arguments: [
        (
            "203.0.113.2" as String?, NetworkTier.standard as NetworkTier?,
            #"{"name":"External NAT","natIP":"203.0.113.2","networkTier":"STANDARD","type":"ONE_TO_ONE_NAT"}"#
        ),
        (nil, .premium, #"{"name":"External NAT","networkTier":"PREMIUM","type":"ONE_TO_ONE_NAT"}"#),
        (nil, nil, #"{"name":"External NAT","type":"ONE_TO_ONE_NAT"}"#),
    ])
    func `an access config is added with an address or without`(natIP: String?, tier: NetworkTier?, body: String) async throws {
        let transport = ScriptedTransport([.answer(add, done)])
        try await runAdd(transport, natIP: natIP, tier: tier)
        #expect(transport.requests.map { String(decoding: $0.body ?? [], as: UTF8.self) } == [body])
        #expect(transport.requests[0].headers["Content-Type"] == "application/json")
    }

    @Test func `a lost answer is asked for again under the same request id`() async throws {
        let transport = ScriptedTransport([
            .failure(delete, .interrupted, received: true), .answer(delete, "", status: 503), .answer(delete, done),
        ])
        try await runDelete(transport, TestClock())
        #expect(transport.isFinished)
    }

    @Test func `after a lost answer no refusal excludes that the call took effect`() async {
        let transport = ScriptedTransport([
            .failure(delete, .timeout, received: true), .refusal(delete, 400, "invalid", "no such access config"),
        ])
        let error = await failure { () throws(APIError) in try await runDelete(transport, TestClock()) }
        #expect(error?.disposition == .reread)
        #expect(error?.mayHaveTakenEffect == true)
    }

    @Test func `a call that never left had no effect`() async {
        let transport = ScriptedTransport(Array(repeating: .failure(delete, .connect, received: false), count: 10))
        let error = await failure { () throws(APIError) in try await runDelete(transport, TestClock()) }
        #expect(error?.disposition == .retry(after: nil))
        #expect(error?.mayHaveTakenEffect == false)
    }

    @Test func `the start is not retried beyond the caller's limit`() async {
        let clock = TestClock()
        let transport = ScriptedTransport(
            Array(repeating: .refusal(delete, 403, "rateLimitExceeded", "Rate Limit Exceeded"), count: 10))
        let error = await failure { () throws(APIError) in try await runDelete(transport, clock, limit: .seconds(10)) }
        #expect(error?.code == "rateLimitExceeded")
        #expect(transport.requests.count == 1)
        #expect(clock.sleeps.isEmpty)
    }

    @Test func `waits that answer early are spaced by a twentieth of the time passed`() async throws {
        let clock = TestClock()
        var steps = [ScriptedTransport.Step.answer(delete, running)]
        for _ in 0..<40 { steps.append(.answer(wait, running)) }
        steps.append(.answer(wait, done))
        try await runDelete(ScriptedTransport(steps), clock)
        #expect(clock.sleeps.count == 40)
        #expect(clock.sleeps[0] == .milliseconds(100))
        var passed = Duration.zero
        for pause in clock.sleeps {
            #expect(pause <= max(.milliseconds(100), passed / 20))
            passed += pause
        }
    }

    @Test func `when wait fails, get takes its place`() async throws {
        let clock = TestClock()
        let transport = ScriptedTransport([
            .answer(delete, running), .answer(wait, "", status: 503), .answer(get, running), .answer(wait, done),
        ])
        try await runDelete(transport, clock)
        #expect(transport.isFinished)
    }

    @Test func `where wait is not to be had, only get is used`() async throws {
        var steps = [ScriptedTransport.Step.answer(delete, running)]
        for _ in 0..<3 { steps += [.answer(wait, "<html>", status: 501), .answer(get, running)] }
        steps += [.answer(get, running), .answer(get, running), .answer(get, done)]
        let transport = ScriptedTransport(steps)
        try await runDelete(transport, TestClock())
        #expect(transport.isFinished)
    }

    @Test func `failing polls are repeated for twenty seconds, and the outcome is then unknown`() async {
        let clock = TestClock()
        var steps = [ScriptedTransport.Step.answer(delete, running), .failure(wait, .timeout, received: true)]
        for _ in 0..<100 { steps.append(.failure(get, .connect, received: false)) }
        let error = await failure { () throws(APIError) in try await runDelete(ScriptedTransport(steps), clock, limit: .seconds(60)) }
        #expect(error?.code == "connect")
        #expect(error?.disposition == .reread)
        #expect(error?.mayHaveTakenEffect == true)
        #expect(error?.requestID == "op-1")
        #expect(error?.message.contains("operation op-1 was started, but its outcome is not known") == true)
        #expect(clock.now.instant.sinceOrigin >= .seconds(20) && clock.now.instant.sinceOrigin < .seconds(30))
    }

    @Test func `an operation that goes on for longer than its time has an unknown outcome`() async {
        let clock = TestClock()
        let steps = [ScriptedTransport.Step.answer(delete, running)] + (0..<1000).map { _ in .answer(wait, running) }
        let error = await failure { () throws(APIError) in try await runDelete(ScriptedTransport(steps), clock, limit: .seconds(60)) }
        #expect(error?.code == "operation-timeout")
        #expect(error?.disposition == .reread && error?.mayHaveTakenEffect == true)
        #expect(clock.now.instant.sinceOrigin >= .seconds(60))
    }

    @Test func `an operation that can't be found any more has an unknown outcome`() async {
        let transport = ScriptedTransport([
            .answer(delete, running),
            .refusal(wait, 404, "notFound", "The resource 'projects/acme/zones/europe-west1-b/operations/op-1' was not found"),
        ])
        let error = await failure { () throws(APIError) in try await runDelete(transport, TestClock()) }
        #expect(error?.disposition == .reread)
        #expect(error?.mayHaveTakenEffect == true)
        #expect(error?.operation == "instances.deleteAccessConfig")
    }

    @Test func `an operation that may not be read is a denial with an unknown outcome`() async {
        let transport = ScriptedTransport([
            .answer(delete, running), .refusal(wait, 403, "forbidden", "Required 'compute.zoneOperations.get' permission"),
        ])
        let error = await failure { () throws(APIError) in try await runDelete(transport, TestClock()) }
        #expect(error?.isDenied == true)
        #expect(error?.mayHaveTakenEffect == true)
    }

    @Test func `a cancelled wait has an unknown outcome`() async {
        let transport = ScriptedTransport([.answer(delete, running), .failure(wait, .cancelled, received: true)])
        let error = await failure { () throws(APIError) in try await runDelete(transport, TestClock()) }
        #expect(error?.code == "cancelled")
        #expect(error?.mayHaveTakenEffect == true)
    }

    @Test(arguments: [#"{"status":"RUNNING"}"#, "<html>hello</html>", #"{"name":"..","status":"RUNNING"}"#])
    func `a start whose answer names no operation has an unknown outcome`(body: String) async {
        let error = await failure { () throws(APIError) in
            try await runDelete(ScriptedTransport([.answer(delete, body)]), TestClock())
        }
        #expect(error?.code == "malformed-answer")
        #expect(error?.disposition == .reread)
        #expect(error?.mayHaveTakenEffect == true)
    }

    @Test(arguments: [
        ("IP_IN_USE_BY_ANOTHER_RESOURCE", 400 as Int?, APIError.Disposition.reread),
        ("RESOURCE_NOT_READY", 400, .reread), ("SOMETHING_NEW", nil, .reread), ("SOMETHING_NEW", 400, .reread),
        ("RESOURCE_NOT_FOUND", 404, .reread), ("PERMISSIONS_ERROR", 403, .denied), ("INTERNAL_ERROR", 500, .retry(after: nil)),
        ("QUOTA_EXCEEDED", 403, .reread),
    ])
    func `an operation that is done may have failed`(code: String, status: Int?, disposition: APIError.Disposition) async {
        let http = status.map { #","httpErrorStatusCode":\#($0),"httpErrorMessage":"X""# } ?? ""
        let failed =
            #"{"name":"op-1","status":"DONE","error":{"errors":[{"code":"\#(code)","message":"no"},{"code":"B","message":"nor this"}]}\#(http)}"#
        let transport = ScriptedTransport([.answer(add, running), .answer(wait, failed)])
        let error = await failure { () throws(APIError) in try await runAdd(transport, natIP: "203.0.113.2", tier: .premium) }
        #expect(error?.code == code)
        #expect(error?.httpStatus == status)
        #expect(error?.disposition == disposition)
        #expect(error?.mayHaveTakenEffect == false)
        #expect(error?.requestID == "op-1")
        #expect(error?.message.contains("no; nor this") == true)
        // Never repeated under its own request id: the same operation would answer again.
        #expect(transport.requests.count == 2)
    }

    @Test func `an operation that is done and only has an HTTP status has failed`() async {
        let failed = #"{"name":"op-1","status":"DONE","httpErrorStatusCode":409,"httpErrorMessage":"CONFLICT"}"#
        let error = await failure { () throws(APIError) in
            try await runAdd(ScriptedTransport([.answer(add, failed)]), natIP: nil, tier: nil)
        }
        #expect(error?.code == "CONFLICT")
        #expect(error?.disposition == .reread)
    }

    @Test(arguments: [
        (400, "badRequest", "At most one access config currently supported.", APIError.Disposition.reread),
        (
            400, "invalid",
            "Invalid value for field 'resource.natIP': '203.0.113.2'. The specified external IP address was not found in region.",
            .reread
        ),
        (400, "badRequest", "External IP address is already in-use.", .reread),
        (400, "parseError", "Parse Error", .permanent), (400, "invalidParameter", "Invalid value for field", .permanent),
        (404, "notFound", "The resource 'projects/acme/zones/europe-west1-b/instances/node-1' was not found", .missing),
        (404, "notFound", "The resource 'projects/acme/regions/europe-west1/subnetworks/s' was not found", .reread),
        (403, "forbidden", "Required 'compute.subnetworks.useExternalIp' permission", .denied), (409, "conflict", "busy", .reread),
        (412, "conditionNotMet", "Invalid fingerprint.", .reread),
    ])
    func `an add that is refused says what to do`(status: Int, reason: String, message: String, disposition: APIError.Disposition)
        async
    {
        let transport = ScriptedTransport([.refusal(add, status, reason, message)])
        let error = await failure { () throws(APIError) in try await runAdd(transport, natIP: "203.0.113.2", tier: .premium) }
        #expect(error?.disposition == disposition)
        #expect(error?.code == reason)
        #expect(error?.mayHaveTakenEffect == false)
    }
}
