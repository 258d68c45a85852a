import HTTP
import Model

@testable import GCP

/// Answers of Compute Engine, right and wrong, to every call that is made of it.
enum ComputeDriver {
    private static let token = "ya29.fuzzedAccessToken"
    private static let instance = InstanceReference(project: "acme", zone: "europe-west1-b", name: "node-1")
    private static let address = AddressReference(project: "acme", region: "europe-west1", name: "egress-1")

    private struct Tokens: GCPTokenSource {
        func token() async throws(APIError) -> Secret { Secret(ComputeDriver.token) }
        func invalidate(_ token: Secret) {}
    }

    static func run(_ input: [UInt8]) async throws {
        for regions in [[], ["europe-west1", "europe-west2"]] {
            var listing: AddressListing?
            try await call(input) { client throws(APIError) in
                listing = try await client.listAddresses(project: "acme", regions: regions, labels: nil)
            }
            if let listing { try check(listing) }
        }
        try await call(input) { client throws(APIError) in
            _ = try await client.getAddress(address)
        }
        try await call(input) { client throws(APIError) in
            _ = try await client.getInstance(instance)
        }
        try await call(input) { client throws(APIError) in
            try await client.deleteAccessConfig(
                instance: instance, networkInterface: "nic0", accessConfig: "external-nat", requestID: "r", limit: .seconds(60),
                gate: WriteGate { true })
        }
        try await call(input) { client throws(APIError) in
            _ = try await client.missingPermissions(
                instance: instance, subnetwork: SubnetworkReference(project: "host", region: "europe-west1", name: "s"),
                address: address)
        }
    }

    private static func check(_ listing: AddressListing) throws {
        for address in listing.addresses {
            try require(listing.unknownRegions[address.reference.region] == nil, "Addresses of a region that is unknown")
            try require(address.reference.project == "acme", "an Address of another project")
            try require(!address.id.isEmpty && !address.reference.name.isEmpty, "an Address without a name or an id")
        }
        for (_, reason) in listing.unknownRegions {
            try require("\(reason)".utf8.count <= 32 << 10, "a reason of \("\(reason)".utf8.count) bytes")
        }
    }

    private static func call(_ input: [UInt8], _ body: (ComputeClient) async throws(APIError) -> Void) async throws {
        let transport = FuzzTransport(input)
        do throws(APIError) {
            try await body(
                ComputeClient(
                    endpoint: .standard, transport: transport, tokens: Tokens(), runtime: FuzzClock().runtime, retries: .standard))
        } catch {
            try error.check()
        }
        try transport.check()
    }
}
