import GCP
import HTTP
import Model
import Testing

@Suite struct RegionalListTests {
    private func url(_ region: String) -> String {
        "GET \(base)projects/acme/regions/\(region)/addresses?maxResults=500&filter=\(AggregatedListTests.filter)"
    }

    private func list(_ regions: [String], _ steps: [ScriptedTransport.Step]) async throws(APIError) -> AddressListing {
        try await client(ScriptedTransport(steps, inAnyOrder: true), TestClock())
            .listAddresses(project: "acme", regions: regions, labels: AggregatedListTests.labels)
    }

    @Test func `each region is read by itself, a region named twice once`() async throws {
        let listing = try await list(
            ["us-east1", "europe-west1", "us-east1"],
            [
                .answer(url("us-east1"), #"{"items":[\#(addressJSON("x", "203.0.113.7", region: "us-east1"))],"nextPageToken":"2"}"#),
                .answer(url("us-east1") + "&pageToken=2", #"{"items":[\#(addressJSON("y", "203.0.113.8", region: "us-east1"))]}"#),
                .answer(url("europe-west1"), #"{"items":[\#(addressJSON("a", "203.0.113.2"))]}"#),
            ])
        #expect(
            listing.addresses.map(\.reference.description) == [
                "projects/acme/regions/europe-west1/addresses/a", "projects/acme/regions/us-east1/addresses/x",
                "projects/acme/regions/us-east1/addresses/y",
            ])
        #expect(listing.isComplete)
    }

    @Test func `more regions than are read at a time are all read`() async throws {
        let regions = (0..<40).map { "r\($0)" }
        let listing = try await list(regions, regions.map { .answer(url($0), #"{"items":[]}"#) })
        #expect(listing == AddressListing(addresses: [], unknownRegions: [:]))
    }

    @Test func `a region that fails is unknown, and the others are read`() async throws {
        let listing = try await list(
            ["nowhere", "europe-west1", "us-east1", "us-west1"],
            [
                .refusal(url("nowhere"), 404, "notFound", "The resource 'projects/acme/regions/nowhere' was not found"),
                .refusal(url("us-east1"), 403, "forbidden", "Required 'compute.addresses.list' permission"),
                .answer(url("us-west1"), #"{"items":[],"warning":{"code":"UNREACHABLE"}}"#),
                .answer(url("europe-west1"), #"{"items":[\#(addressJSON("a", "203.0.113.2"))]}"#),
            ])
        #expect(listing.addresses.map(\.name) == ["a"])
        #expect(listing.unknownRegions.mapValues(\.cause) == ["nowhere": .missing, "us-east1": .denied, "us-west1": .partial])
    }

    @Test func `what every region refuses is an error of the project`() async {
        let denied = await failure { () throws(APIError) in
            try await list(
                ["us-east1", "us-west1"], ["us-east1", "us-west1"].map { .refusal(url($0), 403, "forbidden", "no") })
        }
        #expect(denied?.isDenied == true)
        let missing = await failure { () throws(APIError) in
            try await list(["us-east1"], [.refusal(url("us-east1"), 404, "notFound", "The resource 'projects/acme' was not found")])
        }
        #expect(missing?.isMissing == true)
    }

    @Test func `one mistyped region is an unknown region`() async throws {
        let listing = try await list(
            ["nowhere"], [.refusal(url("nowhere"), 404, "notFound", "The resource 'projects/acme/regions/nowhere' was not found")])
        #expect(listing.unknownRegions["nowhere"]?.cause == .missing)
    }

    @Test(arguments: ["{}", #"{"kind":"compute#address"}"#, #"{"items":null}"#])
    func `an object that is no list makes the region unknown, not empty`(body: String) async throws {
        let listing = try await list(["us-east1"], [.answer(url("us-east1"), body)])
        #expect(listing.unknownRegions["us-east1"]?.message.contains("it is no list of Addresses") == true, "\(listing)")
    }

    @Test func `a list without items that says that it is one is empty`() async throws {
        let listing = try await list(["us-east1"], [.answer(url("us-east1"), #"{"kind":"compute#addressList","id":"x"}"#)])
        #expect(listing == AddressListing(addresses: [], unknownRegions: [:]))
    }
}
