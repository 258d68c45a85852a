internal import Model
internal import YAML

/// Reads `spec.nodes`.
enum NodesDecoder {
    static func decode(_ object: PolicyObject) -> PolicyDraft.Nodes? {
        let startupTaint = object["startupTaint"]?.text(where: KubernetesName.isQualifiedName) { text in
            text.contains("=") || text.contains(":") ? "the key alone, without value and effect" : nil
        }
        let maxConcurrentSwaps = object["maxConcurrentSwaps"].map { $0.int(in: 1...1000) } ?? 16
        var pools: [Located<String>] = []
        let claim: Located<LabelSelector>?
        switch (object["nodePools"], object["selector"]) {
        case (nil, nil):
            object.report(found: "neither nodePools nor selector", expected: "one of them")
            return nil
        case (.some, .some(let selector)):
            object.diagnostics.report(
                selector.node.mark, selector.path, found: "selector beside nodePools", expected: "one of them")
            return nil
        case (.some(let field), nil):
            pools = names(field)
            claim = pools.isEmpty ? nil : Located(.nodePools(pools.map(\.value)), at: field)
        case (nil, .some(let field)):
            claim = field.object("spec.nodes.selector").flatMap(selector).map { Located($0, at: field) }
        }
        guard let claim, let maxConcurrentSwaps else { return nil }
        let nodes = Whitelist.Nodes(
            selector: claim.value, nodePools: pools.map(\.value), startupTaint: startupTaint,
            maxConcurrentSwaps: maxConcurrentSwaps)
        return PolicyDraft.Nodes(nodes: nodes, pools: pools, claim: claim)
    }

    private static func names(_ field: PolicyField) -> [Located<String>] {
        let expected = "a node pool's name: at most 40 lower-case letters, digits and dashes, a letter first"
        let pools = (field.elements(expected, count: 1...100) ?? []).compactMap { element in
            element.text(where: GoogleCloudName.isNodePool).map { Located($0, at: element) }
        }
        PolicyField.refuseRepeats(of: pools, field.diagnostics) { Quoting.quoted($0) }
        return pools
    }

    private static func selector(_ object: PolicyObject) -> LabelSelector? {
        var requirements: [LabelSelector.Requirement] = []
        let labels = object["matchLabels"]?.entries("a label's value of Kubernetes, at most 63 characters", count: 0...20) ?? []
        for entry in labels {
            let key = entry.key.text ?? ""
            if !KubernetesName.isQualifiedName(key) {
                object.diagnostics.report(
                    entry.key.mark, entry.value.path, found: "the key \(Quoting.quoted(key))",
                    expected: "a label key, such as cloud.google.com/gke-nodepool")
            }
            if let value = entry.value.text(where: KubernetesName.isLabelValue) {
                requirements.append(.init(key: key, operator: .in, values: [value]))
            }
        }
        let expressions = object["matchExpressions"]?.elements("a mapping with key, operator and values", count: 0...20) ?? []
        for field in expressions {
            guard let expression = field.object("spec.nodes.selector.matchExpressions[]") else { continue }
            if let requirement = requirement(expression) { requirements.append(requirement) }
        }
        if labels.isEmpty && expressions.isEmpty {
            let hasNoLabels = object["matchLabels"].map { $0.node.entries?.isEmpty ?? false } ?? true
            let hasNoExpressions = object["matchExpressions"].map { $0.node.elements?.isEmpty ?? false } ?? true
            if hasNoLabels && hasNoExpressions {
                object.report(
                    found: "a selector without requirements, which would select every node", expected: "at least one requirement")
            }
            return nil
        }
        // What is left of a selector with errors would claim other nodes than were meant.
        guard requirements.count == labels.count + expressions.count else { return nil }
        let selector = LabelSelector(requirements: requirements)
        if selector.isProvablyDisjoint(from: selector) {
            object.report(found: "requirements that contradict each other", expected: "a selector that some node can match")
        }
        return selector
    }

    private static func requirement(_ object: PolicyObject) -> LabelSelector.Requirement? {
        let key = object["key"]?.text(where: KubernetesName.isQualifiedName)
        let `operator` = object["operator"]?.choice(of: LabelSelector.Requirement.Operator.self)
        let field = object["values"]
        let elements = field?.elements("a label's value of Kubernetes, at most 63 characters", count: 0...100)
        let values = elements?.compactMap { $0.text(where: KubernetesName.isLabelValue) } ?? []
        guard let key, let `operator` else { return nil }
        let needsValues = `operator` == .in || `operator` == .notIn
        if needsValues, field?.node.elements?.isEmpty ?? (field == nil) {
            object.report(found: "no values with \(`operator`.rawValue)", expected: "at least one value")
            return nil
        }
        if !needsValues, let field, field.node.elements?.isEmpty == false {
            object.diagnostics.report(
                field.node.mark, field.path, found: "values with \(`operator`.rawValue)",
                expected: "none: it looks at the key alone")
        }
        // What is left of a list with errors is another requirement than was meant.
        let isWhole = field == nil || values.count == elements?.count
        guard isWhole else { return nil }
        return LabelSelector.Requirement(key: key, operator: `operator`, values: values)
    }
}
