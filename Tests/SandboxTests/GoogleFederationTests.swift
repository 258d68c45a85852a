import Foundation
import GCP
import HTTP
import Model
import Sandbox
import Testing

/// The embedded Google, asked by the clients of GCP and by hand: impersonation and external accounts.
@Suite struct GoogleFederationTests {
    private static let provider = "//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/pool/providers/google"
    private static let robot = "robot@acme-prod.iam.gserviceaccount.com"
    private static let between = "between@acme-prod.iam.gserviceaccount.com"
    private static let subject = "104857600000000000001"
    private static let principal =
        "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/pool/subject/\(subject)"

    private static func transport() -> HTTPClient {
        HTTPClient(HTTPClientConfiguration(trust: .system, clientCertificate: nil, proxy: .none, userAgent: "drawbridge-tests"))
    }

    // MARK: With the real client

    /// Lists addresses with the credentials of a file, and tells as whom.
    private func caller(_ content: JSONValue, _ clouds: ServedClouds) async throws -> String? {
        let path = clouds.directory.appendingPathComponent("credentials.json")
        try content.json.withUnsafeBytes { try Data($0).write(to: path) }
        let transport = Self.transport()
        let environment = clouds.environment.merging(["GOOGLE_APPLICATION_CREDENTIALS": path.path]) { $1 }
        let tokens = try GCPIdentity.tokenSource(
            environment: environment, transport: transport, direct: transport, runtime: clouds.runtime)
        let client = ComputeClient(
            endpoint: try ComputeEndpoint(environment: environment), transport: transport, tokens: tokens, runtime: clouds.runtime,
            retries: .standard)
        let listing = try await client.listAddresses(project: clouds.scenario.project, regions: [], labels: clouds.scenario.labels)
        #expect(listing.addresses.count == 7)
        let token = try await tokens.token()
        return clouds.servers.box.snapshot.google.holder(of: token.exposed, now: clouds.runtime.now().wall)
    }

    private func prepare(_ clouds: ServedClouds, creators: [String: Set<String>]) {
        clouds.servers.box.step { world, _ in
            world.google.refreshTokens[Secret("1//good")] = "someone@acme.example"
            world.google.tokenCreators = creators
            world.google.identityProviders = [
                GoogleWorld.IdentityProvider(name: Self.provider, allowedAudiences: ["drawbridge"], subjects: [Self.subject])
            ]
        }
    }

    private func user(_ clouds: ServedClouds) -> JSONValue {
        [
            "type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "1//good",
            "token_uri": .string(clouds.servers.endpoints.oauth),
        ]
    }

    private func impersonated(_ clouds: ServedClouds, source: JSONValue, delegates: JSONValue = []) -> JSONValue {
        [
            "type": "impersonated_service_account", "delegates": delegates, "source_credentials": source,
            "service_account_impersonation_url": .string(clouds.servers.endpoints.generateAccessToken(Self.robot)),
        ]
    }

    private func external(_ clouds: ServedClouds, source: JSONValue) -> JSONValue {
        [
            "type": "external_account", "audience": .string(Self.provider), "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "token_url": .string(clouds.servers.endpoints.tokenExchange), "credential_source": source,
        ]
    }

    @Test func `a person's sign-in impersonates an account, over one that stands between`() async throws {
        try await ServedClouds.run { clouds in
            prepare(clouds, creators: [Self.between: ["someone@acme.example"], Self.robot: [Self.between]])
            let file = impersonated(
                clouds, source: user(clouds), delegates: [.string("projects/-/serviceAccounts/\(Self.between)")])
            let caller = try await caller(file, clouds)
            #expect(caller == Self.robot)
            let calls = clouds.servers.box.snapshot.calls
            #expect(calls.count(.oauth, "refresh_token") == 1)
            #expect(calls.count(.oauth, "generateAccessToken") == 1)
        }
    }

    @Test func `who may not impersonate is told which role it takes`() async throws {
        try await ServedClouds.run { clouds in
            prepare(clouds, creators: [:])
            let error = await #expect(throws: APIError.self) { try await caller(impersonated(clouds, source: user(clouds)), clouds) }
            #expect(error?.code == "PERMISSION_DENIED")
            #expect(error?.message.contains("roles/iam.serviceAccountTokenCreator") == true)
            #expect(error?.message.contains("iam.serviceAccounts.getAccessToken") == true)
        }
    }

    @Test func `a file with a token of another issuer's is exchanged`() async throws {
        try await ServedClouds.run { clouds in
            prepare(clouds, creators: [:])
            let token = try await GCPIdentity.identityToken(
                audience: "drawbridge", environment: clouds.environment, direct: Self.transport(), runtime: clouds.runtime)
            let path = clouds.directory.appendingPathComponent("token")
            try Data(token.exposed.utf8).write(to: path)
            let caller = try await caller(external(clouds, source: ["file": .string(path.path)]), clouds)
            #expect(caller == Self.principal)
        }
    }

    @Test func `a server's token is exchanged, and the principal impersonates an account`() async throws {
        try await ServedClouds.run { clouds in
            prepare(clouds, creators: [Self.robot: [Self.principal]])
            var file = external(
                clouds,
                source: [
                    "url": .string(clouds.servers.endpoints.identityToken(audience: "drawbridge")),
                    "headers": ["Metadata-Flavor": "Google"],
                ])
            file["service_account_impersonation_url"] = .string(clouds.servers.endpoints.generateAccessToken(Self.robot))
            file["service_account_impersonation"] = ["token_lifetime_seconds": 1200]
            let caller = try await caller(file, clouds)
            #expect(caller == Self.robot)
        }
    }

    @Test func `a token for another audience is refused, and what to check is said`() async throws {
        try await ServedClouds.run { clouds in
            prepare(clouds, creators: [:])
            let file = external(
                clouds,
                source: [
                    "url": .string(clouds.servers.endpoints.identityToken(audience: "other")), "headers": ["Metadata-Flavor": "Google"],
                ])
            let error = await #expect(throws: APIError.self) { try await caller(file, clouds) }
            #expect(error?.code == "invalid_grant")
            #expect(error?.message.contains("allowed audiences") == true)
            #expect(error?.message.contains("[other]") == true)
        }
    }

    // MARK: By hand, in virtual time

    private func post(
        _ path: String, _ body: String, bearer: String? = nil, in cloud: inout TestCloud
    ) -> (status: Int, json: JSONValue) {
        let request = WireRequest(
            method: "POST", path: path, headers: bearer.map { [("Authorization", "Bearer \($0)")] } ?? [], body: Array(body.utf8))
        let reply = OAuthFrontEnd().reply(to: request, in: &cloud.world, now: cloud.now, received: cloud.now)
        guard case .answer(let response) = reply else { return (0, .null) }
        return (response.status, JSONValue(json: response.body) ?? .null)
    }

    private func exchange(
        audience: String = provider, token: String, type: String = "urn:ietf:params:oauth:token-type:jwt", in cloud: inout TestCloud
    ) -> JSONValue {
        post(
            "/v1/token",
            "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&audience=\(audience)&scope=x&subject_token=\(token)"
                + "&requested_token_type=urn:ietf:params:oauth:token-type:access_token&subject_token_type=\(type)", in: &cloud
        ).json
    }

    @Test(arguments: [
        (400, #"{"lifetime":"3600s"}"#, "INVALID_ARGUMENT"),
        (400, #"{"lifetime":"7200s","scope":["https://www.googleapis.com/auth/cloud-platform"]}"#, "INVALID_ARGUMENT"),
        (400, #"{"delegates":["x"],"scope":["https://www.googleapis.com/auth/cloud-platform"]}"#, "INVALID_ARGUMENT"),
        (403, #"{"scope":["https://www.googleapis.com/auth/cloud-platform"]}"#, "PERMISSION_DENIED"), (400, "no JSON", "INVALID_ARGUMENT"),
    ])
    func `a token is generated only as documented`(status: Int, body: String, code: String) {
        var cloud = TestCloud()
        let path = "/v1/projects/-/serviceAccounts/\(Self.robot):generateAccessToken"
        let bearer = cloud.world.google.issueToken(for: "someone@acme.example", lifetime: .seconds(60), now: cloud.now).exposed
        let answer = post(path, body, bearer: bearer, in: &cloud)
        #expect(answer.status == status)
        #expect(answer.json[path: ["error", "status"]]?.string == code)
        #expect(post(path, body, bearer: "x", in: &cloud).status == 401)
        cloud.world.google.tokenCreators = [Self.robot: ["someone@acme.example"]]
        let good = post(path, #"{"lifetime":"60s","scope":["https://www.googleapis.com/auth/compute"]}"#, bearer: bearer, in: &cloud)
        #expect(good.json["expireTime"]?.string == (cloud.now + .seconds(60)).rfc3339)
        let token = good.json["accessToken"]?.string ?? ""
        #expect(cloud.world.google.holder(of: token, now: cloud.now) == Self.robot)
        #expect(cloud.world.google.holder(of: token, now: cloud.now + .seconds(61)) == nil)
    }

    @Test func `what no provider vouches for is refused as the Security Token Service does`() {
        var cloud = TestCloud()
        cloud.world.google.identityProviders = [
            GoogleWorld.IdentityProvider(name: Self.provider, allowedAudiences: ["drawbridge"], subjects: ["someone else"])
        ]
        #expect(exchange(audience: "drawbridge", token: "x", in: &cloud)["error"] == "invalid_request")
        #expect(exchange(audience: Self.provider + "2", token: "x", in: &cloud)["error"] == "invalid_target")
        #expect(exchange(token: "a.b.c", in: &cloud)["error"] == "invalid_grant")
        #expect(exchange(token: "x", type: "urn:ietf:params:aws:token-type:aws4_request", in: &cloud)["error"] == "invalid_request")
        #expect(post("/v1/token", "grant_type=refresh_token&refresh_token=x", in: &cloud).json["error"] == "unsupported_grant_type")
        #expect(post("/v1/nonsense", "", in: &cloud).status == 404)
    }

    @Test func `a token tells whose it is until it ends`() {
        var cloud = TestCloud()
        let token = cloud.world.google.issueToken(for: Self.robot, lifetime: .seconds(60), now: cloud.now).exposed
        let answer = post("/tokeninfo", "", bearer: token, in: &cloud)
        #expect(answer.json["email"]?.string == Self.robot)
        #expect(answer.json["expires_in"] == "60")
        cloud.pass(.seconds(61))
        #expect(post("/tokeninfo", "", bearer: token, in: &cloud).json["error"] == "invalid_token")
    }
}
