import Model

/// The verbs on resources.
extension KubernetesAPI {
    /// One call on a resource, as routed.
    struct ResourceCall {
        var request: KubernetesRequest
        var query: KubernetesQuery
        var user: KubernetesAuthority.User
        var resource: KubernetesResource
        var namespace: String?
        var name: String?
        var isStatus: Bool

        var isWatch: Bool { name == nil && request.method == "GET" && query.flag("watch") }

        /// As authorization names it.
        var verb: String? {
            switch (request.method, name) {
            case ("GET", nil): isWatch ? "watch" : "list"
            case ("GET", _): "get"
            case ("POST", nil): "create"
            case ("PUT", .some): "update"
            case ("PATCH", .some): "patch"
            case ("DELETE", .some): isStatus ? nil : "delete"
            default: nil
            }
        }

        var resourcePath: String { isStatus ? "\(resource.plural)/status" : resource.plural }
    }

    func respond(to call: ResourceCall) throws(KubernetesStatus) -> KubernetesReply {
        guard let verb = call.verb else { throw .methodNotAllowed(call.resource) }
        try authorize(call, verb)
        let representation = KubernetesRepresentation(accept: call.request.header("Accept"))
        switch verb {
        case "watch": return try watch(call, representation)
        case "list":
            let selector = try selector(of: call)
            var options = KubernetesStore.ListOptions()
            options.resourceVersion = call.query["resourceVersion"]
            options.resourceVersionMatch = call.query["resourceVersionMatch"]
            options.continueToken = call.query["continue"]
            options.limit = try number("limit", call.query) ?? 0
            let listing = try access.read { store throws(KubernetesStatus) in try store.list(call.resource, selector, options) }
            return .json(200, representation.show(listing, of: call.resource, table(call)))
        case "get":
            let object = try access.read { store throws(KubernetesStatus) in
                try store.get(call.resource, namespace: call.namespace, name: call.name ?? "")
            }
            return .json(200, representation.show(object, of: call.resource, table(call)))
        default:
            let (status, object) = try write(call, verb)
            guard object["kind"] != "Status" else { return .json(status, object) }
            return .json(status, representation.show(object, of: call.resource, table(call)))
        }
    }

    private func write(_ call: ResourceCall, _ verb: String) throws(KubernetesStatus) -> (Int, JSONValue) {
        let isDryRun = try dryRun(call.query)
        let now = runtime.now().wall
        let (resource, namespace, name) = (call.resource, call.namespace, call.name ?? "")
        switch verb {
        case "create":
            guard namespace != nil || !resource.isNamespaced else { throw .methodNotAllowed(resource) }
            let object = try object(of: call.request)
            return (
                201,
                try change(isDryRun) { store throws(KubernetesStatus) in
                    try store.create(resource, namespace: namespace, object, now: now)
                }
            )
        case "update":
            let object = try object(of: call.request)
            let (stored, isNew) = try change(isDryRun) { store throws(KubernetesStatus) in
                try store.update(resource, namespace: namespace, name: name, isStatus: call.isStatus, object, now: now)
            }
            return (isNew ? 201 : 200, stored)
        case "patch":
            guard KubernetesPatch.mediaTypes.contains(call.request.mediaType) else {
                throw .unsupportedMediaType(KubernetesPatch.mediaTypes)
            }
            guard let body = JSONValue(json: call.request.body), let patch = KubernetesPatch(mediaType: call.request.mediaType, body)
            else { throw .badRequest("error decoding patch: invalid JSON") }
            return (
                200,
                try change(isDryRun) { store throws(KubernetesStatus) in
                    try store.patch(resource, namespace: namespace, name: name, isStatus: call.isStatus, patch)
                }
            )
        default:
            let options = call.request.body.isEmpty ? nil : try object(of: call.request)
            return (
                200,
                try change(isDryRun) { store throws(KubernetesStatus) in
                    try store.delete(resource, namespace: namespace, name: name, options: options, now: now)
                }
            )
        }
    }

    /// A dry run works on a copy.
    private func change<Result>(
        _ isDryRun: Bool, _ body: (inout KubernetesStore) throws(KubernetesStatus) -> Result
    ) throws(KubernetesStatus) -> Result {
        guard isDryRun else { return try access.write(body) }
        return try access.read { store throws(KubernetesStatus) in
            var copy = store
            return try body(&copy)
        }
    }

    private func dryRun(_ query: KubernetesQuery) throws(KubernetesStatus) -> Bool {
        for value in query.all("dryRun") where value != "All" {
            throw .invalid(
                kind: "PatchOptions", group: "meta.k8s.io", name: "", [.unsupported("dryRun", value, ["All"])])
        }
        return query.has("dryRun")
    }

    private func authorize(_ call: ResourceCall, _ verb: String) throws(KubernetesStatus) {
        let (user, resource) = (call.user, call.resource)
        let isAllowed = try access.read { store in
            store.authority.allows(
                user: user, verb: verb, group: resource.group, resource: call.resourcePath, namespace: call.namespace)
        }
        guard !isAllowed else { return }
        let scope = call.namespace.map { "in the namespace \"\($0)\"" } ?? "at the cluster scope"
        let subject = call.name.map { "\(resource.qualified) \"\($0)\"" } ?? resource.qualified
        // Source: k8s.io/apiserver pkg/endpoints/handlers/responsewriters/errors.go, ForbiddenStatusError.
        throw KubernetesStatus(
            code: 403, reason: "Forbidden",
            message: "\(subject) is forbidden: User \"\(user.name)\" cannot \(verb) resource \"\(call.resourcePath)\" "
                + "in API group \"\(resource.group)\" \(scope)",
            name: call.name, group: resource.group, kind: resource.plural)
    }

    func selector(of call: ResourceCall) throws(KubernetesStatus) -> KubernetesSelector {
        try KubernetesSelector(
            call.resource, namespace: call.namespace, labelSelector: call.query["labelSelector"],
            fieldSelector: call.query["fieldSelector"])
    }

    func table(_ call: ResourceCall) -> KubernetesTable {
        KubernetesTable(resource: call.resource, now: runtime.now().wall, includeObject: call.query["includeObject"])
    }

    func number(_ name: String, _ query: KubernetesQuery) throws(KubernetesStatus) -> Int? {
        guard query.has(name), !query[name].isEmpty else { return nil }
        guard let value = Int(query[name]), value >= 0 else {
            throw .badRequest("strconv.ParseInt: parsing \"\(query[name])\": invalid syntax")
        }
        return value
    }
}
