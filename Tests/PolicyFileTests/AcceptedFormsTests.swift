import Foundation
import Model
import PolicyFile
import Testing

/// The minimal policy with parts replaced.
func parse(replacing replacements: (String, String)...) throws -> [Whitelist] {
    var text = String(decoding: try Golden.bytes("whitelist-minimal.yaml", in: Golden.policies), as: UTF8.self)
    for (old, new) in replacements {
        try #require(text.contains(old), "the minimal policy holds \(old)")
        text = text.replacingOccurrences(of: old, with: new)
    }
    return try PolicyFile.parse(Array(text.utf8), name: "policy.yaml")
}

private let foreignRules = "foreignRules: report # look first; then `revoke` makes the whitelist exact"

@Suite struct `Forms that are accepted` {
    @Test(arguments: [
        ("15m", Duration.seconds(900)), ("90s", .seconds(90)), ("1h30m", .seconds(5400)), ("500ms", .milliseconds(500)),
        ("720h", .seconds(2_592_000)), ("1m1s1ms", .milliseconds(61_001)), ("'2m'", .seconds(120)),
    ])
    func `durations`(text: String, duration: Duration) throws {
        let policies = try parse(replacing: ("spec:\n", "spec:\n  alerts: {unboundAfter: \(text)}\n"))
        #expect(policies.first?.alerts == Whitelist.Alerts(unboundAfter: duration, unassignedAfter: .seconds(120)))
        let repeating = try parse(replacing: ("spec:\n", "spec:\n  alerts: {repeatEvery: \(text)}\n"))
        #expect(repeating.first?.alerts.repeatEvery == duration && policies.first?.alerts.repeatEvery == .seconds(3600))
    }

    @Test(arguments: [
        "", "15", "m", "15 m", "-1m", "0s", "0h0m", "721h", "1m1h", "1m1m", "1.5h", "1d", "1e3s", "99999999999999999999h", "15M",
    ])
    func `not these durations`(text: String) {
        #expect(throws: PolicyFileErrors.self) {
            try parse(replacing: ("spec:\n", "spec:\n  alerts: {unboundAfter: '\(text)'}\n"))
        }
    }

    @Test(arguments: [
        "us-east-1", "eu-central-2", "ap-southeast-7", "af-south-1", "mx-central-1", "cn-northwest-1", "us-gov-west-1",
        "us-isob-east-1",
        "eu-isoe-west-1", "eusc-de-east-1", "il-central-1", "me-south-1", "sa-east-1", "ca-west-1",
    ])
    func `regions of AWS`(region: String) throws {
        #expect(try parse(replacing: ("eu-west-1", region)).first?.securityGroups.first?.reference.region == region)
    }

    @Test(arguments: [
        "europe-west1", "europe-west12", "northamerica-northeast1", "southamerica-west1", "me-central2", "africa-south1",
        "us-central1",
        "asia-southeast2", "australia-southeast1", "us-south1",
    ])
    func `regions of Google Cloud`(region: String) throws {
        let policies = try parse(replacing: ("    labels:", "    regions: [\(region)]\n    labels:"))
        #expect(policies.first?.addresses.regions == [region])
    }

    @Test(arguments: [
        ("eu-west-1", "arn:aws:iam::123456789012:role/drawbridge"),
        ("eu-west-1", "arn:aws:iam::123456789012:role/team/a/drawbridge+x=1"),
        ("cn-north-1", "arn:aws-cn:iam::123456789012:role/drawbridge"),
        ("us-gov-east-1", "arn:aws-us-gov:iam::123456789012:role/drawbridge"),
    ])
    func `roles of the group's partition`(region: String, role: String) throws {
        let policies = try parse(replacing: ("eu-west-1", "\(region)\n      roleArn: \(role)"))
        #expect(policies.first?.securityGroups.first?.access.roleARN == role)
    }

    @Test(arguments: ["acme-prod", "abcdef", "a23456789012345678901234567890", "example.com:acme-prod"])
    func `project ids`(project: String) throws {
        #expect(try parse(replacing: ("acme-prod", project)).first?.addresses.project == project)
    }

    @Test func `labels of any script without capitals, and empty values`() throws {
        let labels = try parse(replacing: ("{drawbridge: orders-db}", "{größe: '', 数: 五_5-x}")).first?.addresses.labels
        #expect(labels == ["größe": "", "数": "五_5-x"])
    }

    @Test func `everything may be kept`() throws {
        let policies = try parse(
            replacing: (foreignRules, "foreignRules: revoke\n      keep: [{cidr: 0.0.0.0/0}, {cidr: '::/0'}]"))
        #expect(
            policies.first?.securityGroups.first?.keep == [.cidr(try CIDR(strict: "0.0.0.0/0")), .cidr(try CIDR(strict: "::/0"))])
    }

    @Test func `metadata as kubectl writes it`() throws {
        let metadata = "name: orders-db\n  namespace: drawbridge\n  labels: {a: b}\n  annotations: {note: 'x'}"
        #expect(try parse(replacing: ("name: orders-db", metadata)).first?.name == "orders-db")
    }

    @Test func `JSON, Windows line ends and a byte-order mark`() throws {
        let text = String(decoding: try Golden.bytes("whitelist-minimal.yaml", in: Golden.policies), as: UTF8.self)
        let expected = try parse()
        let windows = "\u{FEFF}" + text.replacingOccurrences(of: "\n", with: "\r\n")
        #expect(try PolicyFile.parse(Array(windows.utf8), name: "f") == expected)
        let json = """
            {"apiVersion": "drawbridge.dev/v1alpha1", "kind": "Whitelist", "metadata": {"name": "orders-db"}, "spec": {
            "nodes": {"nodePools": ["egress"]}, "addresses": {"project": "acme-prod", "labels": {"drawbridge": "orders-db"}},
            "securityGroups": [{"id": "sg-0a1b2c3d4e5f60718", "region": "eu-west-1", "ports": [{"protocol": "tcp", "port": 5432}],
            "foreignRules": "report"}]}}
            """
        #expect(try PolicyFile.parse(Array(json.utf8), name: "f") == expected)
    }

    @Test func `separators around nothing are no documents`() throws {
        let text =
            "---\n# head\n---\n"
            + String(decoding: try Golden.bytes("whitelist-minimal.yaml", in: Golden.policies), as: UTF8.self) + "---\n"
        #expect(try PolicyFile.parse(Array(text.utf8), name: "f") == parse())
    }
}
