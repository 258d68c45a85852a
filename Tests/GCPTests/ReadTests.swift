import GCP
import HTTP
import Model
import Testing

@Suite struct ReadTests {
    private let reference = AddressReference(project: "acme", region: "europe-west1", name: "a")
    private let instance = InstanceReference(project: "acme", zone: "europe-west1-b", name: "node-1")
    private let addressURL = "GET \(base)projects/acme/regions/europe-west1/addresses/a"
    private let instanceURL =
        "GET \(base)projects/acme/zones/europe-west1-b/instances/node-1?fields=id%2Cname%2Cstatus%2CnetworkInterfaces%28name%2Csubnetwork%2C"
        + "accessConfigs%28name%2Ctype%2CnatIP%2CnetworkTier%29%29"

    private func lookup(_ step: ScriptedTransport.Step) async throws(APIError) -> AddressLookup {
        try await client(ScriptedTransport([step]), TestClock()).getAddress(reference)
    }

    private func get(_ step: ScriptedTransport.Step) async throws(APIError) -> Instance {
        try await client(ScriptedTransport([step]), TestClock()).getInstance(instance)
    }

    @Test func `an address is found with its id and its users`() async throws {
        let users = #"["\#(base)projects/acme/regions/europe-west1/forwardingRules/f"]"#
        let found = try await lookup(.answer(addressURL, addressJSON("a", "203.0.113.2", status: "IN_USE", users: users)))
        guard case .found(let address) = found else {
            Issue.record("\(found)")
            return
        }
        #expect(address.reference == reference)
        #expect(address.id == "4711")
        #expect(address.users == [.other("\(base)projects/acme/regions/europe-west1/forwardingRules/f")])
    }

    @Test(arguments: [
        "The resource 'projects/acme/regions/europe-west1/addresses/a' was not found",
        "The resource 'projects/123456789/regions/europe-west1/addresses/a' was not found",
    ])
    func `an address is gone when the answer says so of the address`(message: String) async throws {
        #expect(try await lookup(.refusal(addressURL, 404, "notFound", message)) == .gone)
    }

    @Test(arguments: [
        "The resource 'projects/acme' was not found", "The resource 'projects/acme/regions/europe-west1' was not found",
        "The resource 'projects/acme/regions/europe-west1/addresses/ab' was not found",
        "The resource 'projects/other/regions/europe-west1/addresses/a' was not found", "Not found", "",
    ])
    func `another 404 does not say that the address is gone`(message: String) async {
        let error = await failure { () throws(APIError) in try await lookup(.refusal(addressURL, 404, "notFound", message)) }
        #expect(error?.disposition == .missing)
    }

    @Test func `a 404 that is a web page says nothing about the resource`() async {
        let page = "<html><head><title>Error 404 (Not Found)!!1</title></head><body>The requested URL was not found.</body></html>"
        let error = await failure { () throws(APIError) in try await lookup(.answer(addressURL, page, status: 404)) }
        #expect(error?.disposition == .permanent)
        #expect(error?.code == "http-404")
        #expect(error?.message.contains("CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE") == true)
        #expect(error?.message.contains("Error 404 (Not Found)!!1 The requested URL was not found.") == true)
    }

    @Test func `an address without an IP is not taken for one`() async {
        let error = await failure { () throws(APIError) in
            try await lookup(.answer(addressURL, #"{"id":"1","name":"a","status":"RESERVED","addressType":"EXTERNAL"}"#))
        }
        #expect(error?.code == "malformed-answer")
    }

    @Test func `an instance is read with its access configs' own names, and without its metadata`() async throws {
        let found = try await get(
            .answer(
                instanceURL,
                #"{"id":"815","name":"node-1","status":"RUNNING","networkInterfaces":[{"name":"nic0","accessConfigs":[{"name":"External NAT","#
                    + #""type":"ONE_TO_ONE_NAT","natIP":"198.51.100.4","networkTier":"STANDARD"}],"#
                    + #""subnetwork":"https://www.googleapis.com/compute/v1/projects/host/regions/europe-west1/subnetworks/nodes"},"#
                    + #"{"name":"nic1","subnetwork":"what is this"}]}"#))
        #expect(found.id == "815")
        #expect(found.status == "RUNNING")
        #expect(found.networkInterfaces.map(\.name) == ["nic0", "nic1"])
        let subnetwork = SubnetworkReference(project: "host", region: "europe-west1", name: "nodes")
        #expect(found.networkInterfaces.map(\.subnetwork) == [subnetwork, nil])
        #expect(found.accessConfig == AccessConfig(name: "External NAT", natIP: IPAddress("198.51.100.4"), networkTier: .standard))
    }

    @Test func `an access config may have no address yet and name no tier`() async throws {
        let found = try await get(
            .answer(
                instanceURL,
                #"{"id":"815","name":"node-1","status":"RUNNING","networkInterfaces":[{"name":"nic0","accessConfigs":[{"name":"external-nat"}]}]}"#
            ))
        #expect(found.accessConfig == AccessConfig(name: "external-nat", natIP: nil, networkTier: nil))
    }

    @Test(arguments: [
        #"{"name":"node-1","status":"RUNNING"}"#, #"{"id":"1","name":"node-1"}"#, #"{"id":"1","name":"node-10","status":"RUNNING"}"#,
        #"{"id":"1","status":"RUNNING","networkInterfaces":[{"name":"nic0","accessConfigs":[{"name":"n","natIP":"1.2.3"}]}]}"#,
        #"{"id":"1","status":"RUNNING","networkInterfaces":[{"name":"nic0","accessConfigs":[{"natIP":"1.2.3.4"}]}]}"#,
        #"{"id":"1","status":"RUNNING","networkInterfaces":[{"name":"nic0","accessConfigs":[{"name":"n","networkTier":"GOLD"}]}]}"#,
        #"{"id":"1","status":"RUNNING","networkInterfaces":[{}]}"#, "[]", "",
    ])
    func `an instance that can't be read whole is an error`(body: String) async {
        let error = await failure { () throws(APIError) in try await get(.answer(instanceURL, body)) }
        #expect(error?.code == "malformed-answer")
        #expect(error?.mayHaveTakenEffect == false)
    }

    @Test(arguments: [
        ("The resource 'projects/acme/zones/europe-west1-b/instances/node-1' was not found", APIError.Disposition.missing),
        ("The resource 'projects/acme/zones/europe-west1-b' was not found", .permanent),
        ("The resource 'projects/acme' was not found", .permanent),
        ("The resource 'projects/acme/zones/europe-west1-b/instances/node-10' was not found", .permanent),
    ])
    func `an instance is missing only by its own name`(message: String, disposition: APIError.Disposition) async {
        let error = await failure { () throws(APIError) in try await get(.refusal(instanceURL, 404, "notFound", message)) }
        #expect(error?.disposition == disposition)
    }

    @Test(arguments: ["", "..", "."])
    func `a name that would change the path is not sent`(name: String) async {
        let transport = ScriptedTransport([])
        let error = await failure { () throws(APIError) in
            try await client(transport, TestClock()).getInstance(InstanceReference(project: "acme", zone: "z", name: name))
        }
        #expect(error?.code == "malformed-name")
        #expect(transport.requests.isEmpty)
    }

    @Test func `a name with odd characters is encoded`() async {
        let transport = ScriptedTransport([])
        _ = await failure { () throws(APIError) in
            try await client(transport, TestClock()).getAddress(
                AddressReference(project: "example.com:p", region: "r/1", name: "a?b#c"))
        }
        #expect(transport.log == ["GET \(base)projects/example.com%3Ap/regions/r%2F1/addresses/a%3Fb%23c"])
    }
}
