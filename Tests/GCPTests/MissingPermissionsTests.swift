import Foundation
import GCP
import HTTP
import Model
import Testing

@Suite struct MissingPermissionsTests {
    private let instance = InstanceReference(project: "acme", zone: "europe-west1-b", name: "node-1")
    private let address = AddressReference(project: "acme", region: "europe-west1", name: "egress-1")
    private let subnetwork = SubnetworkReference(project: "host", region: "europe-west1", name: "nodes")

    private static let instances = "POST \(base)projects/acme/zones/europe-west1-b/instances/node-1/testIamPermissions"
    private static let addresses = "POST \(base)projects/acme/regions/europe-west1/addresses/egress-1/testIamPermissions"
    private static let subnetworks = "POST \(base)projects/host/regions/europe-west1/subnetworks/nodes/testIamPermissions"

    private static let allOfInstances =
        #"{"permissions":["compute.instances.get","compute.instances.addAccessConfig","compute.instances.deleteAccessConfig"]}"#
    private static let allOfAddresses = #"{"permissions":["compute.addresses.get","compute.addresses.use"]}"#
    private static let allOfSubnetworks = #"{"permissions":["compute.subnetworks.useExternalIp","compute.subnetworks.list"]}"#

    private func transport(
        instances: String = allOfInstances, addresses: String = allOfAddresses, subnetworks: String = allOfSubnetworks, times: Int = 1,
        before: @escaping @Sendable () -> Void = {}
    ) -> ScriptedTransport {
        let steps: [ScriptedTransport.Step] = [
            .answer(Self.instances, instances, before: before), .answer(Self.addresses, addresses, before: before),
            .answer(Self.subnetworks, subnetworks, before: before),
        ]
        return ScriptedTransport((0..<times).flatMap { _ in steps }, inAnyOrder: true)
    }

    private func missing(_ client: ComputeClient) async throws(APIError) -> [String] {
        try await client.missingPermissions(instance: instance, subnetwork: subnetwork, address: address)
    }

    @Test func `each permission is asked for where it counts`() async throws {
        let transport = transport()
        #expect(try await missing(client(transport, TestClock())) == [])
        #expect(transport.isFinished)
        var asked: [String: Set<String>] = [:]
        for request in transport.requests {
            let body = try JSONDecoder().decode([String: Set<String>].self, from: Data(try #require(request.body)))
            asked["\(request.method) \(request.url)"] = body["permissions"]
        }
        #expect(
            asked == [
                Self.instances: ["compute.instances.get", "compute.instances.addAccessConfig", "compute.instances.deleteAccessConfig"],
                Self.addresses: ["compute.addresses.get", "compute.addresses.use"],
                Self.subnetworks: ["compute.subnetworks.list", "compute.subnetworks.useExternalIp"],
            ])
    }

    @Test func `without a subnetwork the rest is asked`() async throws {
        let transport = transport()
        let client = client(transport, TestClock())
        #expect(try await client.missingPermissions(instance: instance, subnetwork: nil, address: address) == [])
        #expect(transport.requests.count == 2)
    }

    @Test func `what is asked for and not granted is missing`() async throws {
        let transport = transport(
            instances: #"{"permissions":["compute.instances.deleteAccessConfig","compute.instances.get"]}"#,
            addresses: #"{"permissions":["compute.addresses.get"]}"#, subnetworks: #"{"permissions":["compute.subnetworks.list"]}"#)
        #expect(
            try await missing(client(transport, TestClock())) == [
                "compute.addresses.use", "compute.instances.addAccessConfig", "compute.subnetworks.useExternalIp",
            ])
    }

    @Test(arguments: [
        ScriptedTransport.Step.answer(instances, "Not Found", status: 404), .refusal(instances, 404, "notFound", "no such method"),
        .answer(instances, "", status: 405), .answer(instances, "", status: 501), .failure(instances, .timeout, received: true),
        .refusal(instances, 403, "forbidden", "Required 'compute.instances.list' permission for 'projects/acme'"),
        .answer(instances, "<html>"), .answer(instances, "{}"), .answer(instances, #"{"permissions":"all"}"#),
        .answer(instances, #"{"permissions":["compute.instances.addAccessConfig"]}"#),
    ]) func `what can't be asked or read is not known, unless another answer says what is missing`(step: ScriptedTransport.Step)
        async throws
    {
        func steps(_ addresses: String) -> [ScriptedTransport.Step] {
            Array(repeating: step, count: 5) + [.answer(Self.addresses, addresses), .answer(Self.subnetworks, Self.allOfSubnetworks)]
        }
        let unknown = client(ScriptedTransport(steps(Self.allOfAddresses), inAnyOrder: true), TestClock())
        #expect(await failure { () async throws(APIError) in try await missing(unknown) } != nil)
        let certain = client(ScriptedTransport(steps(#"{"permissions":["compute.addresses.get"]}"#), inAnyOrder: true), TestClock())
        #expect(try await missing(certain) == ["compute.addresses.use"])
    }

    @Test func `an answer holds for ten minutes, for every instance of the zone`() async throws {
        let clock = TestClock()
        let transport = transport(times: 2)
        let client = client(transport, clock)
        _ = try await missing(client)
        clock.advance(.seconds(599))
        let other = InstanceReference(project: "acme", zone: "europe-west1-b", name: "node-2")
        let next = AddressReference(project: "acme", region: "europe-west1", name: "egress-2")
        #expect(try await client.missingPermissions(instance: other, subnetwork: subnetwork, address: next) == [])
        #expect(transport.requests.count == 3)
        clock.advance(.seconds(1))
        _ = try await missing(client)
        #expect(transport.requests.count == 6)
    }

    @Test func `what is not known is asked again after a minute`() async throws {
        let clock = TestClock()
        let transport = ScriptedTransport(
            [
                .answer(Self.instances, "", status: 501), .answer(Self.addresses, Self.allOfAddresses),
                .answer(Self.subnetworks, Self.allOfSubnetworks), .answer(Self.instances, #"{"permissions":["compute.instances.get"]}"#),
            ], inAnyOrder: true)
        let client = client(transport, clock)
        for _ in 0..<3 { #expect(await failure { () async throws(APIError) in try await missing(client) }?.httpStatus == 501) }
        #expect(transport.requests.count == 3)
        clock.advance(.seconds(60))
        #expect(try await missing(client) == ["compute.instances.addAccessConfig", "compute.instances.deleteAccessConfig"])
        #expect(transport.requests.count == 4)
    }

    @Test func `a hundred swaps ask once`() async throws {
        let transport = transport()
        let client = client(transport, TestClock())
        let answers = await withTaskGroup(of: [String]?.self) { group in
            for _ in 0..<100 { group.addTask { try? await missing(client) } }
            var answers: [[String]?] = []
            for await answer in group { answers.append(answer) }
            return answers
        }
        #expect(answers == Array(repeating: [], count: 100))
        #expect(transport.requests.count == 3)
    }

    @Test func `whoever is cancelled while waiting waits no longer, and the others get the answer`() async throws {
        let transport = transport()
        let client = client(transport, TestClock())
        let cancelled = Task { await failure { () async throws(APIError) in try await missing(client) } }
        cancelled.cancel()
        _ = await cancelled.value
        #expect(try await missing(client) == [])
        #expect(transport.requests.count == 3)
    }
}
