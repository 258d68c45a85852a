import Model
import Sandbox
import Testing

@Suite struct GoogleIdentityTests {
    private func metadata(_ path: String, query: String = "", headers: [(name: String, value: String)]? = nil, in cloud: inout TestCloud)
        -> WireResponse?
    {
        let request = WireRequest(
            method: "GET", path: "/computeMetadata/v1/" + path, query: query, headers: headers ?? [("metadata-flavor", "Google")])
        let reply = MetadataFrontEnd().reply(to: request, in: &cloud.world, now: cloud.now, received: cloud.now)
        if case .answer(let response) = reply { return response }
        return nil
    }

    private func text(_ response: WireResponse?) -> String? { response.map { String(decoding: $0.body, as: UTF8.self) } }

    @Test func `the metadata server answers only who names its flavor, and no proxy`() {
        var cloud = TestCloud()
        let path = "project/project-id"
        #expect(metadata(path, headers: [], in: &cloud)?.status == 403)
        #expect(metadata(path, headers: [("Metadata-Flavor", "Google"), ("X-Forwarded-For", "192.0.2.1")], in: &cloud)?.status == 403)
        let answer = metadata(path, in: &cloud)
        #expect(text(answer) == "acme-prod")
        #expect(answer?.headers.contains { $0 == ("Metadata-Flavor", "Google") } == true)
    }

    @Test(arguments: [
        ("project/numeric-project-id", "123456789012"),
        ("instance/service-accounts/default/email", "drawbridge@acme-prod.iam.gserviceaccount.com"),
        ("instance/attributes/cluster-name", "prod"), ("instance/attributes/cluster-location", "europe-west1"),
        ("instance/zone", "projects/123456789012/zones/europe-west1-b"), ("universe/universe-domain", "googleapis.com"),
    ])
    func `a value is answered as plain text`(_ path: String, _ expected: String) {
        var cloud = TestCloud()
        #expect(text(metadata(path, in: &cloud)) == expected)
    }

    @Test func `a recursive listing is JSON`() {
        var cloud = TestCloud()
        let json = metadata("instance/service-accounts/default/", query: "recursive=true", in: &cloud).flatMap { JSONValue(json: $0.body) }
        #expect(json?["email"] == "drawbridge@acme-prod.iam.gserviceaccount.com")
        #expect(json?["aliases"] == ["default"])
        #expect(metadata("instance/service-accounts/other/email", in: &cloud)?.status == 404)
        #expect(metadata("instance/nonsense", in: &cloud)?.status == 404)
    }

    @Test func `the machine's token is used again until shortly before its end, and opens the compute API`() {
        var cloud = TestCloud()
        func token() -> JSONValue? {
            metadata("instance/service-accounts/default/token", in: &cloud).flatMap { JSONValue(json: $0.body) }
        }
        let first = token()
        #expect(first?["expires_in"] == 3600)
        cloud.pass(.seconds(3000))
        #expect(token()?["access_token"] == first?["access_token"])
        #expect(token()?["expires_in"] == 600)
        cloud.pass(.seconds(400))
        let second = token()
        #expect(second?["access_token"] != first?["access_token"])
        let path = "\(cloud.regional)/addresses"
        #expect(cloud.compute("GET", path, token: second?["access_token"]?.string)?.status == 200)
        cloud.world.google.revokeTokens()
        #expect(cloud.compute("GET", path, token: second?["access_token"]?.string)?.status == 401)
    }

    @Test func `a refresh token gives an access token, an unknown one invalid_grant`() {
        var cloud = TestCloud()
        cloud.world.google.refreshTokens[Secret("1//good")] = "someone@acme.example"
        func grant(_ body: String) -> WireResponse? {
            let request = WireRequest(method: "POST", path: "/token", body: Array(body.utf8))
            let reply = OAuthFrontEnd().reply(to: request, in: &cloud.world, now: cloud.now, received: cloud.now)
            if case .answer(let response) = reply { return response }
            return nil
        }
        let good = grant("grant_type=refresh_token&client_id=c&client_secret=s&refresh_token=1%2F%2Fgood")
        let token = good.flatMap { JSONValue(json: $0.body)?["access_token"]?.string }
        #expect(cloud.compute("GET", "\(cloud.regional)/addresses", token: token ?? "")?.status == 200)
        #expect(grant("grant_type=refresh_token&refresh_token=bad")?.errorCode == "invalid_grant")
        #expect(grant("grant_type=password")?.errorCode == "unsupported_grant_type")
        #expect(grant("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c")?.status == 400)
    }
}
