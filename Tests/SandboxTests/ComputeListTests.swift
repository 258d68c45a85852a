import Model
import Sandbox
import Testing

@Suite struct ComputeListTests {
    private func names(_ json: JSONValue?, scope: String) -> [String] {
        json?[path: ["items", scope, "addresses"]]?.array?.compactMap { $0["name"]?.string } ?? []
    }

    @Test func `an aggregated list has a warning for each empty scope`() {
        var cloud = TestCloud()
        let json = cloud.compute("GET", "\(cloud.project)/aggregated/addresses")?.json
        #expect(names(json, scope: "global") == ["website"])
        #expect(names(json, scope: "regions/europe-west1").contains("internal-lb"))
        #expect(names(json, scope: "regions/europe-west1").contains("egress-7"))
        #expect(json?[path: ["items", "regions/us-central1", "warning", "code"]] == "NO_RESULTS_ON_PAGE")
        #expect(json?["nextPageToken"] == nil)
    }

    @Test(arguments: [1, 2, 3, 10, 500])
    func `pages together are the whole list, each once`(_ size: Int) {
        var cloud = TestCloud { $0.addresses = 13 }
        var found: [String] = []
        var query = "maxResults=\(size)"
        var pages = 0
        while pages < 50 {
            let json = cloud.compute("GET", "\(cloud.project)/aggregated/addresses", query: query)?.json
            let page = names(json, scope: "global") + names(json, scope: "regions/europe-west1")
            #expect(page.count <= size)
            found += page
            pages += 1
            guard let next = json?["nextPageToken"]?.string else { break }
            query = "maxResults=\(size)&pageToken=\(next)"
        }
        #expect(found.count == 17)
        #expect(Set(found).count == 17)
        #expect(pages == (17 + size - 1) / size)
    }

    @Test func `a first page can be empty and name a next one`() throws {
        var cloud = TestCloud { $0.compute.startsWithEmptyPage = true }
        let first = cloud.compute("GET", "\(cloud.project)/aggregated/addresses")?.json
        #expect(names(first, scope: "regions/europe-west1") == [])
        let next = try #require(first?["nextPageToken"]?.string)
        let second = cloud.compute("GET", "\(cloud.project)/aggregated/addresses", query: "pageToken=\(next)")?.json
        #expect(names(second, scope: "regions/europe-west1").count == 10)
    }

    @Test func `a scope out of reach fails the call, or is named when partial success is asked for`() {
        var cloud = TestCloud()
        cloud.world.compute.unreachable = ["regions/europe-west1"]
        #expect(cloud.compute("GET", "\(cloud.project)/aggregated/addresses")?.status == 503)
        #expect(cloud.compute("GET", "\(cloud.regional)/addresses")?.status == 503)
        let partial = cloud.compute("GET", "\(cloud.project)/aggregated/addresses", query: "returnPartialSuccess=true")
        #expect(partial?.status == 200)
        #expect(partial?.json[path: ["items", "regions/europe-west1", "warning", "code"]] == "UNREACHABLE")
        #expect(names(partial?.json, scope: "regions/europe-west1") == [])
        #expect(names(partial?.json, scope: "global") == ["website"])
    }

    @Test(arguments: ["maxResults=501", "maxResults=-1", "maxResults=x", "filter=labels.a%3D", "filter=((a=b)", "pageToken=%25%25"])
    func `a parameter that can't be read is refused`(_ query: String) {
        var cloud = TestCloud()
        let answer = cloud.compute("GET", "\(cloud.project)/aggregated/addresses", query: query)
        #expect(answer?.status == 400)
        #expect(answer?.reason == "invalid")
    }

    @Test func `a filter is applied by the server`() {
        var cloud = TestCloud()
        let answer = cloud.compute("GET", "\(cloud.regional)/addresses", query: "filter=labels.team%3Dweb")
        #expect(answer?.json["items"]?.array?.compactMap { $0["name"]?.string } == ["ingress"])
    }

    @Test func `instances are listed by zone with their access configs`() {
        var cloud = TestCloud()
        let json = cloud.compute("GET", "\(cloud.project)/aggregated/instances")?.json
        let zone = json?[path: ["items", "zones/europe-west1-b", "instances"]]?.array ?? []
        #expect(zone.count == 3)
        #expect(zone.first?["networkInterfaces"]?.array?.first?["accessConfigs"]?.array?.first?["name"] == "external-nat")
    }
}
