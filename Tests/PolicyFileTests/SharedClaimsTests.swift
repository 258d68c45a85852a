import Model
import PolicyFile
import Testing

/// Two policies with given `nodes` and a given entry each under `securityGroups`.
private func parseTwo(nodes: (String, String) = ("", ""), groups: (String, String)? = nil) throws -> Int {
    func policy(_ name: String, _ nodes: String, _ group: String) -> String {
        """
        apiVersion: drawbridge.dev/v1alpha1
        kind: Whitelist
        metadata: {name: \(name)}
        spec:
          \(nodes.isEmpty ? "suspend: false" : "nodes: \(nodes)")
          addresses: {project: acme-prod, labels: {a: b}}
          securityGroups: [{\(group), foreignRules: report}]

        """
    }
    let apart = (
        "id: sg-11111111, region: eu-west-1, ports: [{protocol: tcp, port: 1}]",
        "id: sg-22222222, region: eu-west-1, ports: [{protocol: tcp, port: 1}]"
    )
    let (first, second) = groups ?? apart
    let text = policy("a", nodes.0, first) + "---\n" + policy("b", nodes.1, second)
    return try PolicyFile.parse(Array(text.utf8), name: "f").count
}

private func selector(_ key: String, _ operation: String, _ values: String? = nil) -> String {
    "{selector: {matchExpressions: [{key: \(key), operator: \(operation)\(values.map { ", values: [\($0)]" } ?? "")}]}}"
}

@Suite struct `Two policies of a file` {
    @Test(arguments: [
        ("{nodePools: [x]}", "{nodePools: [y]}"),
        (selector("k", "In", "a, b"), selector("k", "In", "c")),
        (selector("k", "In", "a"), selector("k", "NotIn", "a, b")),
        (selector("k", "Exists"), selector("k", "DoesNotExist")),
        (selector("k", "In", "a"), selector("k", "DoesNotExist")),
        ("{nodePools: [x]}", selector("cloud.google.com/gke-nodepool", "NotIn", "x, y")),
        ("{nodePools: [x]}", "{selector: {matchLabels: {cloud.google.com/gke-nodepool: y}}}"),
        ("{nodePools: [x]}", ""), ("", ""),
    ])
    func `may select nodes that no node can be both`(first: String, second: String) throws {
        #expect(try parseTwo(nodes: (first, second)) == 2)
        #expect(try parseTwo(nodes: (second, first)) == 2)
    }

    @Test(arguments: [
        ("{nodePools: [x, y]}", "{nodePools: [y, z]}"),
        (selector("k", "In", "a, b"), selector("k", "In", "b, c")),
        (selector("k", "In", "a, b"), selector("k", "NotIn", "a")),
        (selector("k", "NotIn", "a"), selector("k", "NotIn", "b")),
        (selector("k", "NotIn", "a"), selector("k", "DoesNotExist")),
        (selector("k", "Exists"), selector("k", "NotIn", "a")),
        (selector("k", "In", "a"), selector("l", "In", "b")),
        ("{nodePools: [x]}", selector("team", "Exists")),
    ])
    func `may not select nodes that could be both`(first: String, second: String) {
        #expect(throws: PolicyFileErrors.self) { try parseTwo(nodes: (first, second)) }
        #expect(throws: PolicyFileErrors.self) { try parseTwo(nodes: (second, first)) }
    }

    @Test(arguments: [
        ("region: eu-west-1, ports: [{protocol: tcp, port: 1}]", "region: eu-west-1, ports: [{protocol: tcp, port: 2}]", true),
        ("region: eu-west-1, ports: [{protocol: tcp, port: 1}]", "region: eu-west-1, ports: [{protocol: udp, port: 1}]", true),
        ("region: eu-west-1, ports: [{protocol: tcp, port: 1}]", "region: eu-west-2, ports: [{protocol: tcp, port: 1}]", true),
        ("region: eu-west-1, ports: [{protocol: tcp, port: 1}]", "region: eu-west-1, ports: [{protocol: tcp, port: 1}]", false),
        (
            "region: eu-west-1, ports: [{protocol: tcp, fromPort: 0, toPort: 9}, {protocol: tcp, port: 20}]",
            "region: eu-west-1, ports: [{protocol: tcp, port: 10}, {protocol: tcp, fromPort: 11, toPort: 20}]", false
        ),
        (
            "region: eu-west-1, scope: group, ports: [{protocol: tcp, port: 1}]",
            "region: eu-west-1, ports: [{protocol: tcp, port: 2}]", true
        ),
        (
            "region: eu-west-1, scope: group, ports: [{protocol: tcp, port: 1}]",
            "region: eu-west-1, scope: group, ports: [{protocol: tcp, port: 2}]", false
        ),
    ])
    func `share a group when their ports and scopes allow`(first: String, second: String, isFine: Bool) throws {
        let groups = ("id: sg-11111111, " + first, "id: sg-11111111, " + second)
        if isFine {
            #expect(try parseTwo(groups: groups) == 2)
        } else {
            #expect(throws: PolicyFileErrors.self) { try parseTwo(groups: groups) }
        }
    }

    @Test(arguments: [
        ("region: eu-west-1, ports: [{protocol: tcp, port: 2}]", false), ("region: eu-west-1, ports: [{protocol: udp, port: 1}]", false),
        ("region: eu-west-1, scope: group, ports: [{protocol: tcp, port: 2}]", false),
        ("region: eu-west-2, ports: [{protocol: tcp, port: 1}]", true),
    ])
    func `may hold a group each, but none of them twice`(second: String, isFine: Bool) throws {
        let first = "id: sg-11111111, region: eu-west-1, ports: [{protocol: tcp, port: 1}], foreignRules: report"
        let groups = ("\(first)}, {id: sg-11111111, \(second)", "id: sg-22222222, region: eu-west-1, ports: [{protocol: tcp, port: 1}]")
        if isFine {
            #expect(try parseTwo(groups: groups) == 2)
        } else {
            let failure = try #require(throws: PolicyFileErrors.self) { try parseTwo(groups: groups) }
            #expect(failure.errors.map(\.path) == ["spec.securityGroups[1].id"])
        }
    }

    @Test(arguments: [118, 119])
    func `are named so that a rule's description has room`(length: Int) throws {
        let name = String(String(repeating: "abcdefghi.", count: 12).prefix(length - 1)) + "x"
        let fits = name.count + "acme-prod".count <= RuleOwner.maximumNameAndProjectLength
        #expect(fits == (length == 118))
        if fits {
            #expect(try parse(replacing: ("name: orders-db", "name: \(name)")).first?.name == name)
        } else {
            let failure = try #require(throws: PolicyFileErrors.self) { try parse(replacing: ("name: orders-db", "name: \(name)")) }
            #expect(failure.errors.map(\.path) == ["metadata.name"])
        }
    }

    @Test func `contradictions are told together with other errors`() throws {
        let failure = try #require(throws: PolicyFileErrors.self) {
            try parseTwo(
                nodes: ("{nodePools: [x]}", "{nodePools: [x], maxConcurrentSwaps: 16}"),
                groups: (
                    "id: sg-11111111, region: eu-west-1, ports: [{protocol: tcp, port: 1}]",
                    "id: sg-11111111, region: eu-west-1, ports: [{protocol: tcp, port: 1}], ruleQuota: 0"
                ))
        }
        #expect(
            failure.errors.map(\.path) == [
                "spec.nodes.nodePools[0]", "spec.securityGroups[0].ports[0]", "spec.securityGroups[0].ruleQuota",
            ])
    }
}
