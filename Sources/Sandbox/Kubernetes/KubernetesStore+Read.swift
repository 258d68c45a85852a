import Model

/// Reading: get and list.
extension KubernetesStore {
    package struct ListOptions: Hashable, Sendable {
        /// As given; empty where it wasn't.
        package var resourceVersion = ""
        /// `Exact`, `NotOlderThan`, or empty.
        package var resourceVersionMatch = ""
        /// 0: no limit.
        package var limit = 0
        package var continueToken = ""

        package init() {}
    }

    package struct Listing: Hashable, Sendable {
        package var items: [JSONValue]
        package var resourceVersion: Int
        /// Where the next page begins; `nil` on the last one.
        package var continueToken: String?
        package var remainingItemCount: Int?
    }

    package func get(_ resource: KubernetesResource, namespace: String?, name: String) throws(KubernetesStatus) -> JSONValue {
        guard let object = object(resource, KubernetesObjectKey(namespace: namespace, name: name)) else {
            throw .notFound(resource, name)
        }
        return object
    }

    /// One page, sorted by namespace and name. All pages of a list show the same resourceVersion.
    ///
    /// Source: Kubernetes documentation, API concepts: "Resource versions" and "Retrieving large results sets in chunks".
    package func list(
        _ resource: KubernetesResource, _ selector: KubernetesSelector, _ options: ListOptions
    ) throws(KubernetesStatus) -> Listing {
        let (version, start) = try position(resource, options)
        let snapshot = version == resourceVersion ? objects[resource] ?? [:] : self.snapshot(resource, at: version)
        var matching = snapshot.filter { ($0.key > (start ?? $0.key) || start == nil) && selector.matches($0.value) }
            .sorted { $0.key < $1.key }
        var listing = Listing(items: [], resourceVersion: version)
        if options.limit > 0, matching.count > options.limit {
            let rest = matching.count - options.limit
            matching.removeLast(rest)
            listing.continueToken = matching.last.map { ContinueToken(resourceVersion: version, after: $0.key).text }
            // The API server can't count what a selector would leave.
            if selector.labels.requirements.isEmpty, selector.fields.isEmpty { listing.remainingItemCount = rest }
        }
        listing.items = matching.map(\.value)
        return listing
    }

    /// The resourceVersion to list at and the key to go on after.
    private func position(
        _ resource: KubernetesResource, _ options: ListOptions
    ) throws(KubernetesStatus) -> (Int, KubernetesObjectKey?) {
        func refuse(_ field: String, _ detail: String) -> KubernetesStatus {
            .invalid(kind: "ListOptions", group: "meta.k8s.io", name: "", [.forbidden(field, detail)])
        }
        if !options.continueToken.isEmpty {
            guard options.resourceVersion.isEmpty || options.resourceVersion == "0" else {
                throw .badRequest("specifying resource version is not allowed when using continue")
            }
            guard options.resourceVersionMatch.isEmpty else {
                throw refuse("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided")
            }
            guard let token = ContinueToken(options.continueToken) else { throw .badRequest("continue key is not valid: unknown format") }
            // -1 goes on at the present state, knowingly inconsistent.
            guard token.resourceVersion >= 0 else { return (resourceVersion, token.after) }
            guard token.resourceVersion >= compactedResourceVersion, token.resourceVersion <= resourceVersion else {
                throw .expired(
                    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
                        + "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
                        + "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
                        + "deleted between the time the first chunk was returned and now may show up in the list.",
                    continueToken: ContinueToken(resourceVersion: -1, after: token.after).text)
            }
            return (token.resourceVersion, token.after)
        }
        let asked = try KubernetesStore.parse(resourceVersion: options.resourceVersion)
        switch options.resourceVersionMatch {
        case "": break
        case "Exact" where asked == 0:
            throw refuse("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"")
        case "Exact", "NotOlderThan":
            guard asked != nil else {
                throw refuse("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided")
            }
        default:
            throw .invalid(
                kind: "ListOptions", group: "meta.k8s.io", name: "",
                [.unsupported("resourceVersionMatch", options.resourceVersionMatch, ["Exact", "NotOlderThan", ""])])
        }
        guard let asked, asked > 0 else { return (resourceVersion, nil) }
        guard asked <= resourceVersion else { throw .tooLargeResourceVersion(asked, current: resourceVersion) }
        let isExact = options.resourceVersionMatch == "Exact" || (options.resourceVersionMatch.isEmpty && options.limit > 0)
        guard isExact else { return (resourceVersion, nil) }
        guard asked >= compactedResourceVersion else {
            throw .expired("The resourceVersion for the provided list is too old.")
        }
        return (asked, nil)
    }

    /// `nil` for an empty text.
    static func parse(resourceVersion text: String) throws(KubernetesStatus) -> Int? {
        if text.isEmpty { return nil }
        guard let version = Int(text), version >= 0 else {
            throw .invalid(
                kind: "ListOptions", group: "meta.k8s.io", name: "",
                [.invalid("resourceVersion", .string(text), "strconv.ParseUint: parsing \"\(text)\": invalid syntax")])
        }
        return version
    }

    /// The objects as they were, by undoing the later part of the history.
    private func snapshot(_ resource: KubernetesResource, at version: Int) -> [KubernetesObjectKey: JSONValue] {
        var snapshot = objects[resource] ?? [:]
        for change in history.reversed() {
            guard change.resourceVersion > version else { break }
            if change.resource == resource { snapshot[change.key] = change.before }
        }
        return snapshot
    }
}
