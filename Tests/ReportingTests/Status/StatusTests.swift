import Fixtures
import Foundation
import Model
import Planning
import Reporting
import Testing

@Suite struct `The status of a controller` {
    @Test(arguments: PlanCases.all.keys.sorted())
    func `is shown of any plan as JSON, as text and as a page`(name: String) throws {
        let plans = try #require(PlanCases.all[name])
        let snapshot = Snapshots.controller(plans.map { Snapshots.policy($0) })
        let document = try #require(try JSONSerialization.jsonObject(with: Data(StatusDocument(snapshot).json)) as? [String: Any])
        #expect(document["version"] as? Int == 1)
        let policies = try #require(document["policies"] as? [[String: Any]])
        #expect(policies.map { $0["name"] as? String } == plans.map(\.policy))
        for (plan, policy) in zip(plans, policies) {
            let addresses = try #require(policy["addresses"] as? [[String: Any]])
            #expect(addresses.map { $0["name"] as? String } == plan.addresses.map(\.address.name))
            #expect((policy["nodes"] as? [[String: Any]])?.count ?? 0 == (plan.hasNodes ? plan.nodes.count : 0))
            let groups = try #require(policy["securityGroups"] as? [[String: Any]])
            for (group, shown) in zip(plan.groups, groups) {
                let rules = try #require(shown["rules"] as? [[String: Any]])
                #expect(rules.count { $0["state"] as? String == "held" } == group.held.count)
                #expect(rules.count { $0["state"] as? String == "stays" } == group.standing.count)
                #expect(rules.count { $0["state"] as? String == "authorize" } == group.authorizations.count)
                #expect(rules.count { $0["state"] as? String == "revoke" } == group.revocations.count)
            }
        }
        let report = StatusReport(snapshot)
        let (text, page) = (report.text(colored: false), StatusPage(report, revision: "1").html)
        for plan in plans {
            for item in plan.addresses { #expect(text.contains(item.address.name) && page.contains(item.address.name)) }
            #expect(page.contains("Whitelist <span class=\"mono\">\(plan.policy)</span>"))
        }
        #expect(StatusDocument(snapshot).json == StatusDocument(snapshot).json)
    }

    @Test func `tells who holds each address, since when, and what needs someone to look`() throws {
        let report = StatusReport(Snapshots.controller([Snapshots.policy(PlanCases.firstAdoption(suspend: false))]))
        let tables = try #require(report.policies.first).tables
        let nodes = try #require(tables.first { $0.id == "nodes-0" })
        #expect(nodes.rows.first { $0.cells[0].text == "node-3" }?.word == "waits")
        let rules = try #require(tables.last)
        let open = try #require(rules.rows.first { $0.cells[0].text == "0.0.0.0/0" && $0.cells[1].text == "tcp/5432" })
        #expect(open.sign == .attention || open.sign == .change)
        #expect(rules.rows.firstIndex(of: open)! < rules.rows.firstIndex { $0.sign == .keep } ?? .max, "what needs a look comes first")
    }

    @Test func `a replica that stands by names who leads`() throws {
        let snapshot = Snapshots.controller(
            [PolicySnapshot(policy: Fixture.policy())], role: .standingBy(holder: "drawbridge-1"))
        let document = String(decoding: StatusDocument(snapshot).json, as: UTF8.self)
        #expect(document.contains(#""role":"standingBy","holder":"drawbridge-1""#))
        #expect(StatusReport(snapshot).text(colored: false).contains("stands by: drawbridge-1 writes"))
        #expect(StatusReport(snapshot).text(colored: false).contains("No pass yet."))
    }

    @Test func `ages are those of the moment, and at least what was observed`() {
        let report = StatusReport(Snapshots.controller([Snapshots.policy(PlanCases.converged)]))
        #expect(report.text(colored: false).contains("over 10m"), "it was so when it was first looked at")
        #expect(Duration.seconds(59).roughly == "59s" && Duration.seconds(3600 * 3 + 60 * 20).roughly == "3h 20m")
        #expect(Duration.seconds(86_400 * 9 + 4 * 3600).roughly == "9d 4h")
    }

    // MARK: Texts of others

    @Test func `hostile texts are text in the page`() {
        let page = StatusPage(StatusReport(Snapshots.hostileController), revision: "1").html
        #expect(!page.contains("<script>alert") && page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(!page.contains("onload='y'") && !page.contains("\u{202E}") && !page.contains("\u{1B}"))
        #expect(page.ranges(of: "<script").count == 1, "the page's own")
        #expect(!page.contains(" style=") && !page.contains("javascript:") && !page.contains("http:") && !page.contains("https:"))
        let hrefs = page.matches(of: /href="([^"]*)"/).map { String($0.output.1) }
        let own = ["#main", "style.css", "data:,", "api/v1/status", "api/v1/history", "metrics"]
        #expect(hrefs.allSatisfy { $0.hasPrefix("explain?subject=") || own.contains($0) })
        #expect(hrefs.allSatisfy { !$0.contains("<") && !$0.contains("\n") && !$0.contains(" ") })
    }

    @Test func `hostile texts move no cursor in a terminal, and end no string in the JSON`() throws {
        let snapshot = Snapshots.hostileController
        let text = StatusReport(snapshot).text(colored: false)
        #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}") && text.contains("\\u{202E}"))
        let lines = text.split(separator: "\n").count
        #expect(lines < 40, "a line end in a name ends no line: \(lines)")
        let json = StatusDocument(snapshot).json
        #expect(json.allSatisfy { $0 == 0x0A || $0 >= 0x20 } && json.filter { $0 == 0x0A }.count == 1)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
        let alerts = try #require(document["alerts"] as? [[String: Any]])
        #expect(alerts.first?["summary"] as? String == Snapshots.hostile, "as it was written, for programs")
    }

    @Test func `hostile texts are text in an explanation`() {
        let explanation = Explainer(Snapshots.hostileController).explain("node/\(Snapshots.hostile)")
        #expect(explanation.isFound)
        for page in [explanation, Explainer(Snapshots.hostileController).explain("<script>alert(2)</script>")].map({
            ExplanationPage($0, at: Snapshots.now, revision: "1").html
        }) {
            #expect(!page.contains("<script>alert") && page.contains("&lt;script&gt;") && !page.contains("\u{202E}"))
            #expect(page.ranges(of: "<script").count == 1)
        }
        #expect(!explanation.text(colored: false).contains("\u{1B}"))
    }

    // MARK: The page's form

    @Test func `the page has landmarks, a skip link, captions and scopes, and heads every row`() throws {
        let alert = AlertSnapshot(
            kind: "PoolExhausted", severity: .critical, policy: "orders-db", subject: "x", state: "firing", since: Snapshots.start,
            summary: "none is free", action: "reserve more")
        let page = StatusPage(
            StatusReport(Snapshots.controller([Snapshots.policy(PlanCases.firstAdoption(suspend: false))], alerts: [alert])), revision: "1"
        ).html
        for part in ["<html lang=\"en\">", "<header>", "<main id=\"main\"", "<footer>", "href=\"#main\"", "aria-live=\"polite\"", "<h1>"] {
            #expect(page.contains(part), "\(part)")
        }
        let tables = page.ranges(of: "<table>").count
        #expect(tables >= 4 && page.ranges(of: "<caption>").count == tables && page.ranges(of: "<thead>").count == tables)
        let rows = page.ranges(of: "<tr class=").count
        #expect(rows > 10 && page.ranges(of: "<th scope=\"row\"").count == rows)
        #expect(page.ranges(of: "class=\"sign\" aria-hidden=\"true\"").count == rows, "the sign is for the eye; the word is beside it")
        let ids = page.matches(of: /id="([^"]*)"/).map { String($0.output.1) }
        #expect(Set(ids).count == ids.count)
        #expect(page.contains("To do: reserve more"))
    }
}
