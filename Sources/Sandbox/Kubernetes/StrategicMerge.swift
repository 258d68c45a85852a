/// A strategic merge patch.
///
/// Source: Kubernetes documentation, "Update API objects in place using kubectl patch"; k8s.io/apimachinery
/// pkg/util/strategicpatch/patch.go; merge keys from the `patchStrategy` and `patchMergeKey` tags of k8s.io/api core/v1 and meta/v1.
/// A Node's `spec.taints` has no such tag: a patch replaces the list.
struct StrategicMerge {
    private enum Strategy {
        case replace
        /// Lists of texts, as sets.
        case mergeTexts
        case mergeObjects(key: String)
    }

    private let resource: KubernetesResource

    init(_ resource: KubernetesResource) { self.resource = resource }

    private func strategy(_ path: [String]) -> Strategy {
        switch (resource, path.joined(separator: ".")) {
        case (_, "metadata.ownerReferences"): .mergeObjects(key: "uid")
        case (_, "metadata.finalizers"): .mergeTexts
        case (.nodes, "status.conditions"), (.nodes, "status.addresses"), (.namespaces, "status.conditions"),
            (.pods, "status.conditions"):
            .mergeObjects(key: "type")
        case (.nodes, "spec.podCIDRs"): .mergeTexts
        case (.pods, "spec.containers"): .mergeObjects(key: "name")
        default: .replace
        }
    }

    func merged(
        _ original: [String: JSONValue], with patch: [String: JSONValue], at path: [String]
    ) throws(KubernetesStatus) -> [String: JSONValue] {
        var patch = patch
        var result = original
        if let directive = patch.removeValue(forKey: "$patch") {
            switch directive {
            case "replace": return try merged([:], with: patch, at: path)
            case "delete": return [:]
            case "merge": break
            default: throw .badRequest("Unknown patch type found: \(directive)")
            }
        }
        if let retained = patch.removeValue(forKey: "$retainKeys") {
            guard let keys = retained.array?.compactMap(\.string) else { throw .badRequest("$retainKeys must be a list of keys") }
            result = result.filter { keys.contains($0.key) }
        }
        var orders: [String: [JSONValue]] = [:]
        for (key, value) in patch.sorted(by: { $0.key < $1.key }) {
            if key.hasPrefix("$setElementOrder/") {
                orders[String(key.dropFirst("$setElementOrder/".count))] = value.array ?? []
                patch[key] = nil
            } else if key.hasPrefix("$deleteFromPrimitiveList/") {
                let field = String(key.dropFirst("$deleteFromPrimitiveList/".count))
                let unwanted = value.array ?? []
                result[field] = result[field]?.array.map { .array($0.filter { !unwanted.contains($0) }) }
                patch[key] = nil
            }
        }
        for (key, value) in patch {
            result[key] = try merged(result[key], with: value, at: path + [key])
        }
        for (field, order) in orders {
            guard let list = result[field]?.array else { continue }
            result[field] = .array(ordered(list, by: order, strategy(path + [field])))
        }
        return result
    }

    private func merged(_ original: JSONValue?, with patch: JSONValue, at path: [String]) throws(KubernetesStatus) -> JSONValue? {
        switch patch {
        case .null: return nil
        case .object(let members): return .object(try merged(original?.object ?? [:], with: members, at: path))
        case .array(let elements):
            switch strategy(path) {
            case .replace: return patch
            case .mergeTexts:
                var list = original?.array ?? []
                for element in elements where !list.contains(element) { list.append(element) }
                return .array(list)
            case .mergeObjects(let key): return .array(try merged(original?.array ?? [], with: elements, key: key, at: path))
            }
        default: return patch
        }
    }

    private func merged(
        _ original: [JSONValue], with patch: [JSONValue], key: String, at path: [String]
    ) throws(KubernetesStatus) -> [JSONValue] {
        var list = original
        if patch.contains(where: { $0["$patch"] == "replace" }) {
            list = []
        }
        for element in patch {
            guard case .object(var members) = element else { throw .badRequest("map: \(path.joined(separator: ".")) holds a non-object") }
            let directive = members.removeValue(forKey: "$patch")
            if directive == "replace", members.isEmpty { continue }
            guard let value = members[key] else {
                throw .badRequest("map: \(path.joined(separator: ".")) does not contain declared merge key: \(key)")
            }
            let place = list.firstIndex { $0[key] == value }
            if directive == "delete" {
                list.removeAll { $0[key] == value }
            } else if let place {
                list[place] = .object(try merged(list[place].object ?? [:], with: members, at: path + ["*"]))
            } else {
                list.append(.object(try merged([:], with: members, at: path + ["*"])))
            }
        }
        return list
    }

    /// The elements of the order first come in its order; the others keep their place relative to what precedes them.
    private func ordered(_ list: [JSONValue], by order: [JSONValue], _ strategy: Strategy) -> [JSONValue] {
        func identity(_ value: JSONValue) -> JSONValue {
            if case .mergeObjects(let key) = strategy { value[key] ?? .null } else { value }
        }
        let wanted = order.map(identity)
        var named = list.filter { wanted.contains(identity($0)) }
        named.sort { (wanted.firstIndex(of: identity($0)) ?? 0) < (wanted.firstIndex(of: identity($1)) ?? 0) }
        var next = named.makeIterator()
        return list.map { wanted.contains(identity($0)) ? next.next() ?? $0 : $0 }
    }
}
