import Foundation
import Peers
import Reporting
import Testing

/// deploy/monitoring says nothing that the code does not.
struct MonitoringFilesTests {
    private static let rules = text("alerts.yaml")
    private static let runbook = text("runbook.md")

    private static func text(_ name: String) -> String {
        (try? String(contentsOf: Repository.file("deploy/monitoring/\(name)"), encoding: .utf8)) ?? ""
    }

    private static func alerts(in rules: String) -> [String] { rules.matches(of: /- alert: (\w+)/).map { String($0.1) } }

    /// As GitHub and GitLab make anchors of headings of one word.
    private static var anchors: [String] { runbook.matches(of: /\n## (\w+)\n/).map { $0.1.lowercased() } }

    private static func sections(of runbook: String) -> [Substring] { Array(runbook.split(separator: "\n## ").dropFirst()) }

    @Test(arguments: ["alerts.yaml", "alerts_test.yaml", "dashboard.json", "runbook.md", "README.md"])
    func `every metric that a file names is one of the code's`(file: String) {
        let known = Set(Metric.allCases.flatMap(\.sampleNames))
        let named = Self.text(file).matches(of: /\b(?:drawbridge|process)_[a-z_]+/).map { String($0.output) }
        #expect(!named.isEmpty)
        #expect(Set(named).subtracting(known) == [])
    }

    @Test func `the dashboard shows every metric but those of files and times`() {
        let text = Self.text("dashboard.json")
        let left = Metric.allCases.filter { metric in !metric.sampleNames.contains { text.contains($0) } }
        #expect(
            Set(left) == [
                .dryRun, .policyRefused, .policySuspended, .policyUnboundAfter, .lastPass, .processStartTime, .processOpenFiles,
                .processMaxFiles,
            ])
    }

    @Test func `every alert links to a heading of the runbook, and every heading is an alert's`() {
        let alerts = Self.alerts(in: Self.rules)
        #expect(alerts.count > 20 && Set(alerts).count == alerts.count)
        #expect(Self.anchors.sorted() == alerts.map { $0.lowercased() }.sorted())
        for rule in Self.rules.split(separator: "- alert: ").dropFirst() {
            let name = rule.prefix { $0 != "\n" }
            let url = rule.firstMatch(of: /runbook_url: (\S+)/)?.1
            #expect(url == "https://git.example.com/drawbridge/deploy/monitoring/runbook.md#\(name.lowercased())", "\(name)")
            #expect(rule.contains("severity: critical") || rule.contains("severity: warning"), "\(name)")
            #expect(rule.contains("summary: ") && rule.contains("description: "), "\(name)")
        }
    }

    @Test func `the runbook says of each alert what it means, what to look at and what to do`() {
        for section in Self.sections(of: Self.runbook) {
            for word in ["**Means:**", "**Look at:**", "**Do:**"] {
                #expect(section.contains(word), "\(section.prefix { $0 != "\n" }) lacks \(word)")
            }
        }
        for link in Self.runbook.matches(of: /\]\(#(\w+)\)/) { #expect(Self.anchors.contains(String(link.1)), "\(link.1)") }
    }

    @Test func `every alert has a test in which it fires`() {
        let tests = Self.text("alerts_test.yaml")
        let fired = Set(tests.matches(of: /alertname: (\w+)\n/).map { String($0.1) })
        #expect(fired == Set(Self.alerts(in: Self.rules)))
    }

    // MARK: The dashboard

    private static func dashboard() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text("dashboard.json").utf8)) as? [String: Any])
    }

    @Test func `the dashboard takes its data source, namespace and policy from variables`() throws {
        let dashboard = try Self.dashboard()
        #expect(dashboard["uid"] as? String == "drawbridge")
        let variables = try #require((dashboard["templating"] as? [String: Any])?["list"] as? [[String: Any]])
        #expect(variables.compactMap { $0["name"] as? String } == ["datasource", "namespace", "policy"])
        let panels = try #require(dashboard["panels"] as? [[String: Any]])
        #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count && panels.count > 20)
        for panel in panels where panel["type"] as? String != "row" {
            let title = panel["title"] as? String ?? ""
            #expect((panel["datasource"] as? [String: String])?["uid"] == "${datasource}", "\(title)")
            for target in try #require(panel["targets"] as? [[String: Any]]) {
                let expression = try #require(target["expr"] as? String)
                #expect(expression.contains("namespace=~\"$namespace\""), "\(title): \(expression)")
            }
        }
    }

    @Test func `no two panels of the dashboard lie on each other`() throws {
        let panels = try #require(try Self.dashboard()["panels"] as? [[String: Any]])
        var taken: Set<[Int]> = []
        for panel in panels {
            let place = try #require(panel["gridPos"] as? [String: Int])
            let (x, y, width, height) = (place["x"] ?? 0, place["y"] ?? 0, place["w"] ?? 0, place["h"] ?? 0)
            #expect(x + width <= 24)
            for cell in (x..<x + width).flatMap({ x in (y..<y + height).map { [x, $0] } }) {
                #expect(taken.insert(cell).inserted, "\(panel["title"] ?? "")")
            }
        }
    }
}
