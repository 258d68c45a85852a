internal import Model
internal import YAML

/// Reads one document as a policy.
struct PolicyDecoder {
    let diagnostics: PolicyDiagnostics

    /// - Returns: `nil` when the document is no policy at all.
    func decode(_ document: YAMLNode) -> PolicyDraft? {
        // Another kind's keys would all be unknown: one message says it better.
        if let kind = document["kind"], kind.string != PolicySchema.kind {
            diagnostics.report(kind.mark, "kind", found: Quoting.found(kind), expected: PolicySchema.kind)
            return nil
        }
        guard
            let object = PolicyObject(
                document, path: "", schema: "", expected: "a mapping with apiVersion, kind, metadata and spec", diagnostics)
        else { return nil }
        _ = object["apiVersion"]?.text { $0 == PolicySchema.apiVersion }
        let name = object.object("metadata").flatMap(metadata)
        guard let spec = object.object("spec") else { return PolicyDraft(name: name, nodes: nil, groups: [], whitelist: nil) }
        let suspend = spec["suspend"].map { $0.bool() } ?? false
        let nodes = spec.object("nodes").flatMap(NodesDecoder.decode)
        let addresses = spec.object("addresses").flatMap(addresses)
        if let name, let addresses { checkLength(of: name, with: addresses.project) }
        let groups = spec["securityGroups"]?.elements("a mapping with id, region, ports and foreignRules", count: 1...50)?
            .compactMap { $0.object("spec.securityGroups[]").map(SecurityGroupDecoder.decode) }
        let safety =
            spec["safety"] == nil
            ? Whitelist.Safety(maxRevocations: 10, allowEmpty: false) : spec.object("safety").flatMap(safety)
        let alerts = spec["alerts"] == nil ? PolicyDecoder.defaultAlerts : spec.object("alerts").flatMap(alerts)
        var draft = PolicyDraft(name: name, nodes: nodes, groups: groups ?? [], whitelist: nil)
        if let name, let suspend, let addresses, let safety, let alerts {
            draft.whitelist = Whitelist(
                name: name.value, suspend: suspend, nodes: nodes?.nodes, addresses: addresses,
                securityGroups: draft.groups.compactMap(\.group), safety: safety, alerts: alerts)
        }
        return draft
    }

    private func metadata(_ object: PolicyObject) -> Located<String>? {
        _ = object["namespace"]?.text(where: { KubernetesName.isDNSLabel($0) })
        for key in ["labels", "annotations"] {
            for entry in object[key]?.entries("a string", count: 0...100) ?? [] { _ = entry.value.text { _ in true } }
        }
        guard let field = object["name"] else { return nil }
        let name = field.text { KubernetesName.isDNSSubdomain($0, maxLength: RuleOwner.maximumNameAndProjectLength) }
        return name.map { Located($0, at: field) }
    }

    /// Both stand in the description of every rule that Drawbridge writes, which EC2 bounds.
    private func checkLength(of name: Located<String>, with project: String) {
        let length = name.value.count + project.count
        guard length > RuleOwner.maximumNameAndProjectLength else { return }
        diagnostics.report(
            name.mark, name.path, found: "\(length) characters together with the project \(Quoting.quoted(project))",
            expected: "at most \(RuleOwner.maximumNameAndProjectLength), so that rule descriptions, which name both, fit EC2's limit")
    }

    private func addresses(_ object: PolicyObject) -> Whitelist.Addresses? {
        let project = object["project"]?.text(where: GoogleCloudName.isProjectID)
        let entries = object["labels"]?.entries(
            "a label's value: at most 63 lower-case letters, digits, dashes and underscores", count: 1...64)
        var labels: [String: String] = [:]
        for entry in entries ?? [] {
            let key = entry.key.text ?? ""
            if !GoogleCloudName.isLabelKey(key) {
                diagnostics.report(
                    entry.key.mark, entry.value.path, found: "the key \(Quoting.quoted(key))",
                    expected: "a label's key: 1 to 63 lower-case letters, digits, dashes and underscores, a letter first")
            }
            labels[key] = entry.value.text(where: GoogleCloudName.isLabelValue)
        }
        var regions: [Located<String>] = []
        for field in object["regions"]?.elements("a Google Cloud region, such as europe-west1", count: 1...100) ?? [] {
            let region = field.text(where: GoogleCloudName.isRegion) { text in
                if AWSName.partition(ofRegion: text) != nil { return "\(text) is a region of AWS" }
                return GoogleCloudName.region(ofZone: text).map { "\(text) is a zone of \($0)" }
            }
            if let region { regions.append(Located(region, at: field)) }
        }
        PolicyField.refuseRepeats(of: regions, diagnostics) { Quoting.quoted($0) }
        return project.map { Whitelist.Addresses(project: $0, labels: labels, regions: regions.map(\.value).sorted()) }
    }

    private func safety(_ object: PolicyObject) -> Whitelist.Safety? {
        let maxRevocations = object["maxRevocations"].map { $0.int(in: 0...1000) } ?? 10
        let allowEmpty = object["allowEmpty"].map { $0.bool() } ?? false
        guard let maxRevocations, let allowEmpty else { return nil }
        return Whitelist.Safety(maxRevocations: maxRevocations, allowEmpty: allowEmpty)
    }

    private static let defaultAlerts = Whitelist.Alerts(unboundAfter: .seconds(15 * 60), unassignedAfter: .seconds(2 * 60))

    private func alerts(_ object: PolicyObject) -> Whitelist.Alerts? {
        let unboundAfter = object["unboundAfter"].map { $0.duration() } ?? PolicyDecoder.defaultAlerts.unboundAfter
        let unassignedAfter = object["unassignedAfter"].map { $0.duration() } ?? PolicyDecoder.defaultAlerts.unassignedAfter
        let repeatEvery = object["repeatEvery"].map { $0.duration() } ?? PolicyDecoder.defaultAlerts.repeatEvery
        guard let unboundAfter, let unassignedAfter, let repeatEvery else { return nil }
        return Whitelist.Alerts(unboundAfter: unboundAfter, unassignedAfter: unassignedAfter, repeatEvery: repeatEvery)
    }
}
