package import Model

/// What a list, watch or collection is narrowed to: labels, fields, a namespace.
package struct KubernetesSelector: Hashable, Sendable {
    package struct FieldRequirement: Hashable, Sendable {
        package var field: String
        package var value: String
        package var isEqual: Bool
    }

    package var namespace: String?
    package var labels: LabelSelector
    package var fields: [FieldRequirement]

    /// Everything, in one namespace or in all.
    package init(namespace: String? = nil) {
        self.namespace = namespace
        labels = LabelSelector(requirements: [])
        fields = []
    }

    /// - Throws: 400 in the API server's words where a selector can't be read or a field can't be selected on.
    package init(
        _ resource: KubernetesResource, namespace: String?, labelSelector: String, fieldSelector: String
    ) throws(KubernetesStatus) {
        self.namespace = namespace
        var parser = LabelSelectorParser(labelSelector)
        labels = try parser.parse()
        fields = try KubernetesSelector.parseFields(fieldSelector, of: resource)
    }

    package func matches(_ object: JSONValue) -> Bool {
        if let namespace, object[path: ["metadata", "namespace"]]?.string != namespace { return false }
        if !labels.requirements.isEmpty {
            let texts = (object[path: ["metadata", "labels"]]?.object ?? [:]).compactMapValues(\.string)
            guard labels.matches(texts) else { return false }
        }
        return fields.allSatisfy { requirement in
            (KubernetesSelector.value(of: requirement.field, in: object) == requirement.value) == requirement.isEqual
        }
    }

    /// Source: kubernetes pkg/apis/core/v1/conversion.go, AddFieldLabelConversionsFor….
    private static func selectableFields(of resource: KubernetesResource) -> Set<String> {
        var fields: Set = ["metadata.name"]
        if resource.isNamespaced { fields.insert("metadata.namespace") }
        switch resource {
        case .nodes: fields.insert("spec.unschedulable")
        case .namespaces: fields.insert("status.phase")
        case .pods: fields.formUnion(["spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName", "status.phase", "status.podIP"])
        case .events:
            fields.formUnion(
                ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"].map { "involvedObject.\($0)" })
            fields.formUnion(["reason", "reportingComponent", "source", "type"])
        case .configmaps, .leases: break
        }
        return fields
    }

    private static func value(of field: String, in object: JSONValue) -> String {
        if field == "source" { return object[path: ["source", "component"]]?.string ?? object["reportingComponent"]?.string ?? "" }
        switch object[path: field.split(separator: ".").map(String.init)] {
        case .string(let text): return text
        case .bool(let value): return value ? "true" : "false"
        case .integer(let value): return String(value)
        default: return field == "spec.unschedulable" ? "false" : ""
        }
    }

    private static func parseFields(_ text: String, of resource: KubernetesResource) throws(KubernetesStatus) -> [FieldRequirement] {
        guard text.utf8.count <= 16_384 else { throw .badRequest("the field selector is too long") }
        var requirements: [FieldRequirement] = []
        let selectable = selectableFields(of: resource)
        for term in text.split(separator: ",") {
            guard let equals = term.firstIndex(of: "=") else {
                throw .badRequest("invalid selector: '\(term)'; can't understand '\(term)'")
            }
            var name = term[..<equals]
            var value = term[term.index(after: equals)...]
            let isEqual = name.last != "!"
            if !isEqual { name = name.dropLast() } else if value.first == "=" { value = value.dropFirst() }
            guard selectable.contains(String(name)) else { throw .badRequest("field label not supported: \(name)") }
            requirements.append(FieldRequirement(field: String(name), value: String(value), isEqual: isEqual))
        }
        return requirements
    }
}
