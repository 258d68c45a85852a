import Foundation
import Locking
import Model
import Reporting
import Testing

@testable import drawbridge

/// What is served, and to whom.
@Suite struct StatusSiteTests {
    private func get(_ path: String, _ site: StatusSite = StatusSites.site(), host: String? = "localhost:8080", token: String? = nil) async
        -> SiteAnswer
    {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let query =
            parts.count > 1
            ? parts[1].split(separator: "&").map { pair -> (name: String, value: String) in
                let halves = pair.split(separator: "=", maxSplits: 1).map(String.init)
                return (halves[0], halves.count > 1 ? halves[1] : "")
            } : []
        return await site.answer(
            SiteRequest(method: "GET", path: parts[0], query: query, host: host, authorization: token.map { "Bearer \($0)" }))
    }

    @Test(arguments: [
        "/", "/style.css", "/app.js", "/explain?subject=x", "/api/v1/status", "/api/v1/explain?subject=x", "/api/v1/history",
        "/api/v1/plan", "/api/v1/events", "/livez",
    ])
    func `every path is read-only`(path: String) async {
        let site = StatusSites.site()
        for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "get"] {
            let answer = await site.answer(SiteRequest(method: method, path: path, host: "localhost"))
            #expect(answer.status == 405 && answer.headers.contains { $0.name == "Allow" && $0.value == "GET, HEAD" })
        }
        #expect(await [200, 404].contains(get(path).status))
    }

    @Test func `the policy of the page lets nothing run or load but its own, and no part of the page needs more`() throws {
        let guards = Dictionary(uniqueKeysWithValues: SiteAnswer.guards.map { ($0.name, $0.value) })
        let policy = try #require(guards["Content-Security-Policy"])
        let directives = policy.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(
            directives.contains("default-src 'none'") && directives.contains("script-src 'self'") && directives.contains("style-src 'self'")
        )
        #expect(
            directives.contains("frame-ancestors 'none'") && directives.contains("base-uri 'none'")
                && directives.contains("form-action 'none'"))
        #expect(!policy.contains("unsafe") && !policy.contains("*") && !policy.contains("http"))
        #expect(
            guards["X-Content-Type-Options"] == "nosniff" && guards["Referrer-Policy"] == "no-referrer"
                && guards["Cache-Control"] == "no-store")
        for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "http://", "https://"] {
            #expect(!Script.text.contains(word), "\(word)")
        }
        #expect(!StyleSheet.text.contains("url(") && !StyleSheet.text.contains("@import"))
    }

    @Test func `the plan is served in every form, and its file with a policy of its own`() async {
        for (format, type) in [("json", "application/json"), ("text", "text/plain"), ("markdown", "text/markdown"), ("html", "text/html")] {
            let answer = await get("/api/v1/plan?format=\(format)")
            #expect(answer.status == 200 && answer.type.hasPrefix(type), "\(format)")
            let policies = answer.allHeaders.filter { $0.name == "Content-Security-Policy" }
            #expect(
                policies.count == 1 && policies[0].value.contains("default-src 'none'") && !policies[0].value.contains("script-src 'unsafe")
            )
            #expect((policies[0].value.contains("unsafe-inline")) == (format == "html"))
            #expect(answer.allHeaders.contains { $0.name == "X-Content-Type-Options" })
        }
    }

    @Test func `whatever a replica that stands by tells names who leads, and of one that leads nothing does`() async {
        let standby = StatusSites.site(board: StatusSites.board(.standingBy(holder: "drawbridge-1")))
        let paths = ["status", "status?format=text", "explain?subject=x", "history", "plan", "plan?format=text", "plan?format=html"]
        for path in paths.map({ "/api/v1/\($0)" }) {
            let named = await get(path, standby).allHeaders.filter { $0.name == StatusSite.leaderHeader }
            #expect(named.map(\.value) == ["drawbridge-1"], "\(path)")
            #expect(await !get(path).allHeaders.contains { $0.name == StatusSite.leaderHeader }, "\(path)")
        }
    }

    // MARK: Names

    @Test(arguments: ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.9.9.9", "[::1]:8080"])
    func `on the loopback its names are answered`(host: String) async {
        #expect(await get("/", host: host).status == 200)
        #expect(HostCheck(listen: "::1").accepts(host))
    }

    @Test(arguments: [
        "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8080", "", nil, "10.0.0.1", "[::2]", "127.0.0.256", "0.0.0.0",
    ])
    func `on the loopback no other name is, so that no page that rebinds its own reads this one`(host: String?) async {
        for path in ["/", "/api/v1/status", "/api/v1/events", "/explain?subject=x", "/nowhere"] {
            #expect(await get(path, host: host).status == 421)
        }
        #expect(await get("/livez", host: host).status == 200, "a probe says nothing that anybody may not know")
        #expect(await get("/", StatusSites.site(listen: "0.0.0.0"), host: host).status == 200, "in a cluster it has many names")
    }

    // MARK: Tokens

    @Test func `a token that the cluster knows lets in, and is asked about once a minute`() async {
        let clock = Locked(Duration.zero)
        let asked = Locked<[String]>([])
        let gate = TokenGate(runtime: StatusSites.runtime(clock)) { token throws(APIError) in
            asked.withLock { $0.append(token.exposed) }
            return token.exposed == "good" ? "system:serviceaccount:monitoring:prometheus" : nil
        }
        let site = StatusSites.site(gate: gate)
        for _ in 0..<5 { #expect(await get("/api/v1/status", site, token: "good").status == 200) }
        #expect(asked.withLock { $0 } == ["good"])
        clock.withLock { $0 += .seconds(61) }
        #expect(await get("/", site, token: "good").status == 200)
        #expect(asked.withLock { $0 } == ["good", "good"])
        for _ in 0..<3 {
            let refused = await get("/api/v1/status", site, token: "bad")
            #expect(refused.status == 401 && refused.headers.contains { $0.name == "WWW-Authenticate" })
            #expect(!refused.text.contains("bad"))
        }
        #expect(asked.withLock { $0 }.filter { $0 == "bad" }.count == 1, "a wrong token costs the API server one question in five seconds")
    }

    @Test(arguments: [nil, "", "Basic Z29vZA==", "Bearer", "Bearer ", "good"])
    func `without a bearer token nothing is told but the probes`(authorization: String?) async {
        let gate = TokenGate(runtime: StatusSites.runtime(Locked(.zero))) { _ throws(APIError) in "anybody" }
        let site = StatusSites.site(gate: gate)
        for path in ["/", "/app.js", "/api/v1/status", "/api/v1/events", "/api/v1/history", "/nowhere"] {
            #expect(
                await site.answer(SiteRequest(method: "GET", path: path, host: "localhost", authorization: authorization)).status == 401)
        }
        #expect(await site.answer(SiteRequest(method: "GET", path: "/healthz", host: nil)).status == 200)
    }

    @Test func `a cluster that can't be asked lets nobody in, and is asked again`() async {
        let isDown = Locked(true)
        let gate = TokenGate(runtime: StatusSites.runtime(Locked(.zero))) { _ throws(APIError) in
            if isDown.withLock({ $0 }) {
                throw APIError(
                    api: .kubernetes, operation: "create", resource: "", code: "timeout", message: "", disposition: .retry(after: nil))
            }
            return "anybody"
        }
        let site = StatusSites.site(gate: gate)
        #expect(await get("/", site, token: "good").status == 503)
        isDown.withLock { $0 = false }
        #expect(await get("/", site, token: "good").status == 200)
    }

    // MARK: Probes

    @Test func `probes answer in the Kubernetes manner`() async {
        let health = HealthState()
        let site = StatusSites.site(health: health)
        health.expect(["orders-db", "billing-db"])
        health.passed("billing-db")
        #expect(await get("/livez", site).text == "ok\n")
        let early = await get("/readyz", site)
        #expect(early.status == 503)
        #expect(
            early.text
                == "[+]ping ok\n[+]shutdown ok\n[+]policy-billing-db ok\n[-]policy-orders-db failed: no pass yet of orders-db\nreadyz check failed\n"
        )
        #expect(await get("/readyz?exclude=policy-orders-db", site).text == "ok\n")
        #expect(await get("/readyz/policy-orders-db", site).status == 503)
        #expect(await get("/readyz/policy-billing-db", site).text == "ok\n")
        #expect(await get("/readyz/nothing", site).status == 404)
        health.passed("orders-db")
        #expect(await get("/readyz", site).text == "ok\n")
        #expect(
            await get("/readyz?verbose", site).text
                == "[+]ping ok\n[+]shutdown ok\n[+]policy-billing-db ok\n[+]policy-orders-db ok\nreadyz check passed\n")
        health.stop()
        #expect(await get("/readyz", site).text.contains("[-]shutdown failed: stopping"))
        #expect(await get("/livez?verbose", site).text == "[+]ping ok\nlivez check passed\n")
    }

    @Test func `a replica that stands by is ready`() async {
        let health = HealthState()
        health.expect(["orders-db"])
        health.follows(true)
        #expect(await get("/readyz", StatusSites.site(health: health)).text == "ok\n")
    }

    @Test func `what is not there, or not understood, is said so`() async {
        #expect(await get("/nowhere").status == 404)
        #expect(await get("/../etc/passwd").status == 404)
        #expect(await get("/api/v1/status?format=xml").status == 400)
        #expect(await get("/explain").status == 400)
        #expect(await get("/explain?subject=" + String(repeating: "x", count: 600)).status == 400)
        #expect(await get("/explain?subject=x").status == 404)
        #expect(await get("/api/v1/explain?subject=x").headers.contains { $0.name == "Drawbridge-Answers" && $0.value == "0" })
    }
}
