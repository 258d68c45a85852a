import GCP
import HTTP
import Model
import Testing

@Suite struct AggregatedListTests {
    static let filter = "%28addressType%20%3D%20%22EXTERNAL%22%29%20%28labels.drawbridge%20%3D%20%22orders-db%22%29"
    static let url = "GET \(base)projects/acme/aggregated/addresses?maxResults=500&returnPartialSuccess=true&filter=\(filter)"
    static let labels = ["drawbridge": "orders-db"]

    private func list(_ steps: [ScriptedTransport.Step]) async throws(APIError) -> AddressListing {
        try await client(ScriptedTransport(steps), TestClock()).listAddresses(project: "acme", regions: [], labels: Self.labels)
    }

    private func page(_ items: String, rest: String = "") -> String {
        #"{"kind":"compute#addressAggregatedList","items":{\#(items)}\#(rest)}"#
    }

    @Test func `all regions are read in one list, and what is not an external address of the labels is dropped`() async throws {
        let transport = ScriptedTransport([
            .answer(
                Self.url,
                page(
                    #""global":{"addresses":[\#(addressJSON("g", "203.0.113.1"))]},"#
                        + #""regions/us-east1":{"warning":{"code":"NO_RESULTS_ON_PAGE","message":"none","data":[]}},"#
                        + #""regions/europe-west1":{"addresses":["#
                        + [
                            addressJSON(
                                "b", "203.0.113.3", extra: "", status: "IN_USE",
                                users: #"["\#(base)projects/acme/zones/europe-west1-b/instances/node-1"]"#),
                            addressJSON("a", "203.0.113.2", extra: #""networkTier":"STANDARD","#),
                            addressJSON("internal", "10.0.0.1", type: "INTERNAL"),
                            addressJSON("other", "203.0.113.9", labels: #"{"drawbridge":"orders"}"#),
                            addressJSON("unlabelled", "not an ip", labels: "{}"),
                            #"{"id":"5","name":"soon","status":"RESERVING","labels":{"drawbridge":"orders-db"},"addressType":"EXTERNAL"}"#,
                        ].joined(separator: ",") + "]}"))
        ])
        let clock = TestClock()
        let listing = try await client(transport, clock).listAddresses(project: "acme", regions: [], labels: Self.labels)
        #expect(listing.isComplete)
        #expect(listing.addresses.map(\.name) == ["a", "b"])
        #expect(listing.addresses.map(\.networkTier) == [.standard, .premium])
        #expect(listing.addresses[1].status == .inUse)
        #expect(
            listing.addresses[1].users == [.instance(InstanceReference(project: "acme", zone: "europe-west1-b", name: "node-1"))])
        #expect(listing.addresses[0].cidr.description == "203.0.113.2/32")
        let request = try #require(transport.requests.first)
        #expect(request.headers["Authorization"] == "Bearer token-1")
        #expect(request.body == nil)
    }

    @Test func `without labels only the type is asked for, and labels that the filter can't say are checked here`() async throws {
        let all =
            "GET \(base)projects/acme/aggregated/addresses?maxResults=500&returnPartialSuccess=true"
            + "&filter=%28addressType%20%3D%20%22EXTERNAL%22%29"
        let items =
            #""regions/europe-west1":{"addresses":[\#(addressJSON("a", "203.0.113.2", labels: #"{"größe":"","x":"1"}"#)),"#
            + addressJSON("b", "203.0.113.3", labels: #"{"größe":"klein"}"#) + "]}"
        let transport = ScriptedTransport([.answer(all, page(items)), .answer(all, page(items))])
        let client = client(transport, TestClock())
        #expect(try await client.listAddresses(project: "acme", regions: [], labels: nil).addresses.map(\.name) == ["a", "b"])
        #expect(try await client.listAddresses(project: "acme", regions: [], labels: ["größe": ""]).addresses.map(\.name) == ["a"])
    }

    @Test func `an empty page is not the end, and a page token is encoded`() async throws {
        let listing = try await list([
            .answer(Self.url, page("", rest: #","nextPageToken":"a/b+c=""#)),
            .answer(
                Self.url + "&pageToken=a%2Fb%2Bc%3D",
                page(#""regions/europe-west1":{"addresses":[\#(addressJSON("a", "203.0.113.2"))]}"#)),
        ])
        #expect(listing.addresses.count == 1)
    }

    @Test func `an object that is no list is an error, not an empty project`() async {
        let error = await failure { () throws(APIError) in try await list([.answer(Self.url, "{}")]) }
        #expect(error?.code == "malformed-answer")
    }

    @Test func `a page token that comes again is an error`() async {
        let error = await failure { () throws(APIError) in
            try await list([
                .answer(Self.url, page("", rest: #","nextPageToken":"x""#)),
                .answer(Self.url + "&pageToken=x", page("", rest: #","nextPageToken":"x""#)),
            ])
        }
        #expect(error?.code == "repeated-page-token")
    }

    @Test func `a list that never ends is given up`() async {
        var steps = [ScriptedTransport.Step.answer(Self.url, page("", rest: #","nextPageToken":"0""#))]
        for index in 0..<300 {
            steps.append(.answer(Self.url + "&pageToken=\(index)", page("", rest: #","nextPageToken":"\#(index + 1)""#)))
        }
        let transport = ScriptedTransport(steps)
        let error = await failure { () throws(APIError) in
            try await client(transport, TestClock()).listAddresses(project: "acme", regions: [], labels: Self.labels)
        }
        #expect(error?.code == "too-many-pages")
        #expect(transport.requests.count == 200)
    }

    @Test(arguments: [
        #""regions/us-east1":{"warning":{"code":"UNREACHABLE","message":"down","data":[{"key":"scope","value":"regions/us-east1"}]}}"#,
        #""regions/us-east1":{"addresses":[\#(addressJSON("x", "203.0.113.7", region: "us-east1"))],"warning":{"code":"PARTIAL_SUCCESS"}}"#,
        #""regions/us-east1":{"addresses":[\#(addressJSON("x", "not an ip", region: "us-east1"))]}"#,
        #""regions/us-east1":{"addresses":[\#(addressJSON("x", "203.0.113.7", region: "us-east1", id: ""))]}"#,
        #""regions/us-east1":{"addresses":[\#(addressJSON("x", "203.0.113.7", region: "us-east1", status: "LOST"))]}"#,
        #""regions/us-east1":{"addresses":[\#(addressJSON("x", "203.0.113.7", region: "us-east1", extra: #""networkTier":"GOLD","#))]}"#,
        #""regions/us-east1":{"addresses":[\#(addressJSON("x", "203.0.113.7", region: "us-east1", extra: #""prefixLength":29,"#))]}"#,
        #""regions/us-east1":{"addresses":[\#(addressJSON("x", "203.0.113.7", region: "us-west1"))]}"#,
        #""regions/us-east1":{"addresses":[{"name":5}]}"#,
        #""regions/us-east1":{"addresses":{}}"#,
        #""regions/us-east1":{"addresses":[\#(addressJSON("x", "203.0.113.7", region: "us-east1", id: "1")),\#(addressJSON("x", "203.0.113.8", region: "us-east1", id: "2"))]}"#,
    ])
    func `doubt about a region makes that region unknown, and no other`(scope: String) async throws {
        let listing = try await list([
            .answer(Self.url, page(#""regions/europe-west1":{"addresses":[\#(addressJSON("a", "203.0.113.2"))]},"# + scope))
        ])
        #expect(listing.addresses.map(\.name) == ["a"])
        #expect(Array(listing.unknownRegions.keys) == ["us-east1"])
        #expect(listing.unknownRegions["us-east1"]?.cause == .partial)
        #expect(listing.unknownRegions["us-east1"]?.message.contains("us-east1") == true)
    }

    @Test(arguments: [
        #","unreachables":["regions/europe-west1"]"#,
        #","unreachables":["\#(base)projects/acme/regions/europe-west1"]"#,
        #","unreachables":["zones/europe-west1-b"]"#,
        #","warning":{"code":"UNREACHABLE","data":[{"key":"scope","value":"regions/europe-west1"}]}"#,
    ])
    func `an unreachable region is unknown, with all that earlier pages held of it`(rest: String) async throws {
        let listing = try await list([
            .answer(
                Self.url,
                page(#""regions/europe-west1":{"addresses":[\#(addressJSON("a", "203.0.113.2"))]}"#, rest: #","nextPageToken":"2""#)),
            .answer(Self.url + "&pageToken=2", page("", rest: rest)),
        ])
        #expect(listing.addresses.isEmpty)
        #expect(Array(listing.unknownRegions.keys) == ["europe-west1"])
    }

    @Test(arguments: [
        #","warning":{"code":"UNREACHABLE","message":"something"}"#, #","unreachables":["moon"]"#,
    ])
    func `doubt that names no region is an error, never a shorter list`(rest: String) async {
        let error = await failure { () throws(APIError) in try await list([.answer(Self.url, page("", rest: rest))]) }
        #expect(error?.code == "partial-answer")
        #expect(error?.disposition == .retry(after: nil))
    }

    @Test func `an IPv6 reservation is its whole range`() async throws {
        let listing = try await list([
            .answer(
                Self.url,
                page(
                    #""regions/europe-west1":{"addresses":["#
                        + addressJSON(
                            "a", "2600:1900:4000:1::", extra: #""prefixLength":96,"ipVersion":"IPV6","ipv6EndpointType":"VM","#) + ","
                        + addressJSON("b", "2600:1900:4000:2::", extra: #""ipVersion":"IPV6","#) + "]}"))
        ])
        #expect(listing.addresses.map(\.cidr.description) == ["2600:1900:4000:1::/96", "2600:1900:4000:2::/96"])
    }

    @Test func `a page that is not JSON is an error`() async {
        let error = await failure { () throws(APIError) in try await list([.answer(Self.url, "<html>Welcome</html>")]) }
        #expect(error?.code == "malformed-answer")
        #expect(error?.disposition == .permanent)
    }
}
