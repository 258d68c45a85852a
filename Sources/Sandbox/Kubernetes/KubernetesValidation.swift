/// What the API server refuses with 422, so far as clients of nodes, leases, events and config maps meet it.
///
/// Source: kubernetes pkg/apis/core/validation/validation.go, pkg/apis/coordination/validation/validation.go and
/// k8s.io/apimachinery pkg/api/validation/objectmeta.go.
enum KubernetesValidation {
    typealias Cause = KubernetesStatus.Cause

    /// - Parameter old: the object before an update, `nil` for a creation.
    static func check(_ resource: KubernetesResource, _ object: JSONValue, old: JSONValue?) throws(KubernetesStatus) {
        var causes = metadata(object, old: old)
        switch resource {
        case .nodes: causes += node(object, old: old)
        case .leases: causes += lease(object)
        case .events: causes += event(object)
        case .configmaps: causes += configMap(object)
        case .namespaces, .pods: break
        }
        guard causes.isEmpty else { throw .invalid(resource, object[path: ["metadata", "name"]]?.string ?? "", causes) }
    }

    private static func metadata(_ object: JSONValue, old: JSONValue?) -> [Cause] {
        var causes: [Cause] = []
        let metadata = object["metadata"] ?? [:]
        if let name = metadata["name"]?.string, !LabelSyntax.isSubdomain(name) {
            causes.append(.invalid("metadata.name", .string(name), LabelSyntax.subdomainRule))
        }
        for (key, value) in (metadata["labels"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            if !LabelSyntax.isQualifiedName(key) { causes.append(.invalid("metadata.labels", .string(key), LabelSyntax.nameRule)) }
            guard let text = value.string, LabelSyntax.isLabelValue(text) else {
                causes.append(.invalid("metadata.labels", value, LabelSyntax.valueRule))
                continue
            }
        }
        var size = 0
        for (key, value) in (metadata["annotations"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            // Upper case is allowed in an annotation's prefix.
            if !LabelSyntax.isQualifiedName(key.lowercased()) {
                causes.append(.invalid("metadata.annotations", .string(key), LabelSyntax.nameRule))
            }
            size += key.utf8.count + (value.string ?? "").utf8.count
            if value.string == nil { causes.append(.invalid("metadata.annotations", value, "must be a string")) }
        }
        if size > 256 << 10 {
            causes.append(
                Cause(reason: "FieldValueTooLong", message: "Too long: may not be more than 262144 bytes", field: "metadata.annotations"))
        }
        if let old {
            for field in ["name", "namespace", "uid", "creationTimestamp"] where metadata[field] != old[path: ["metadata", field]] {
                causes.append(.invalid("metadata.\(field)", metadata[field] ?? "", "field is immutable"))
            }
        }
        return causes
    }

    private static func node(_ object: JSONValue, old: JSONValue?) -> [Cause] {
        var causes: [Cause] = []
        var seen: Set<[String]> = []
        for (index, taint) in (object[path: ["spec", "taints"]]?.array ?? []).enumerated() {
            let field = "spec.taints[\(index)]"
            let key = taint["key"]?.string ?? ""
            if key.isEmpty {
                causes.append(.invalid("\(field).key", "", "name part must be non-empty"))
            } else if !LabelSyntax.isQualifiedName(key) {
                causes.append(.invalid("\(field).key", .string(key), LabelSyntax.nameRule))
            }
            if let value = taint["value"]?.string, !LabelSyntax.isLabelValue(value) {
                causes.append(.invalid("\(field).value", .string(value), LabelSyntax.valueRule))
            }
            let effect = taint["effect"]?.string ?? ""
            let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"]
            if effect.isEmpty {
                causes.append(.required("\(field).effect"))
            } else if !effects.contains(effect) {
                causes.append(.unsupported("\(field).effect", effect, effects))
            }
            if !seen.insert([key, effect]).inserted {
                causes.append(.duplicate(field, taint, "taints must be unique by key and effect pair"))
            }
        }
        if let old {
            for field in ["providerID", "podCIDR"] {
                let before = old[path: ["spec", field]]?.string ?? ""
                if !before.isEmpty, object[path: ["spec", field]]?.string != before {
                    causes.append(.forbidden("spec.\(field)", "node updates may not change \(field) except from \"\" to valid"))
                }
            }
        }
        return causes
    }

    private static func lease(_ object: JSONValue) -> [Cause] {
        var causes: [Cause] = []
        let spec = object["spec"] ?? [:]
        if let duration = spec["leaseDurationSeconds"], (duration.integer ?? 0) <= 0 {
            causes.append(.invalid("spec.leaseDurationSeconds", duration, "must be greater than 0"))
        }
        if let transitions = spec["leaseTransitions"], (transitions.integer ?? -1) < 0 {
            causes.append(.invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0"))
        }
        return causes
    }

    /// Source: kubernetes pkg/apis/core/validation/events.go; the namespace of an event is that of its object, `default` for
    /// cluster-scoped ones.
    private static func event(_ object: JSONValue) -> [Cause] {
        var causes: [Cause] = []
        let namespace = object[path: ["metadata", "namespace"]]?.string ?? ""
        let involved = object[path: ["involvedObject", "namespace"]]?.string ?? ""
        let isAllowed = involved.isEmpty ? namespace == "default" || namespace == "kube-system" : involved == namespace
        if !isAllowed { causes.append(.invalid("involvedObject.namespace", .string(involved), "does not match event.namespace")) }
        // Only an event of the events.k8s.io form, told by its eventTime, is held to these.
        if object["eventTime"] != nil {
            for field in ["reportingComponent", "reportingInstance", "action", "reason"] where (object[field]?.string ?? "").isEmpty {
                causes.append(.required(field == "reportingComponent" ? "reportingController" : field))
            }
            if (object["message"]?.string ?? "").utf8.count > 1024 {
                causes.append(.invalid("message", "", "can have at most 1024 characters"))
            }
        }
        return causes
    }

    private static func configMap(_ object: JSONValue) -> [Cause] {
        (object["data"]?.object ?? [:]).sorted { $0.key < $1.key }.compactMap { key, value in
            value.string == nil ? .invalid("data[\(key)]", value, "must be a string") : nil
        }
    }
}
