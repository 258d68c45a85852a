/// Watching: what happened since a resourceVersion, as a selector sees it.
extension KubernetesStore {
    package struct WatchEvent: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable {
            case added = "ADDED"
            case modified = "MODIFIED"
            case deleted = "DELETED"
        }

        package var kind: Kind
        package var object: JSONValue
        package var resourceVersion: Int
    }

    /// The events after a resourceVersion. An object that leaves the selector is DELETED, one that enters it is ADDED.
    ///
    /// - Throws: 410 when the history no longer reaches back that far.
    package func events(
        _ resource: KubernetesResource, _ selector: KubernetesSelector, since version: Int
    ) throws(KubernetesStatus) -> [WatchEvent] {
        guard version >= compactedResourceVersion else {
            throw .expired("too old resource version: \(version) (\(compactedResourceVersion + 1))")
        }
        guard version < resourceVersion else { return [] }
        // The history is sorted: find the first change after the version.
        var low = 0
        var high = history.count
        while low < high {
            let middle = (low + high) / 2
            if history[middle].resourceVersion <= version { low = middle + 1 } else { high = middle }
        }
        return history[low...].compactMap { $0.resource == resource ? $0.event(selector) : nil }
    }
}

extension KubernetesStore.Change {
    func event(_ selector: KubernetesSelector) -> KubernetesStore.WatchEvent? {
        let was = before.map(selector.matches) ?? false
        let after = after.flatMap { selector.matches($0) ? $0 : nil }
        switch (was, after) {
        case (false, nil): return nil
        case (false, let after?): return .init(kind: .added, object: after, resourceVersion: resourceVersion)
        case (true, let after?): return .init(kind: .modified, object: after, resourceVersion: resourceVersion)
        case (true, nil):
            // The last state that matched, at the resourceVersion of the change. Source: apiserver storage/cacher, convertToWatchEvent.
            var object = before ?? .null
            object[path: ["metadata", "resourceVersion"]] = .string(String(resourceVersion))
            return .init(kind: .deleted, object: object, resourceVersion: resourceVersion)
        }
    }
}
