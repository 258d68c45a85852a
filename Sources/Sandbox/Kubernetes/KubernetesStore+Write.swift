package import Model

/// Writing: create, update, patch, delete. A dry run is the same call on a copy of the store.
extension KubernetesStore {
    /// - Throws: 409 AlreadyExists, 422 Invalid, 400 where the object does not fit the path, 404 for a namespace that isn't there.
    package mutating func create(
        _ resource: KubernetesResource, namespace: String?, _ object: JSONValue, now: Timestamp
    ) throws(KubernetesStatus) -> JSONValue {
        var object = try KubernetesStore.typed(object, resource, namespace: namespace)
        if let namespace, self.object(.namespaces, KubernetesObjectKey(name: namespace)) == nil { throw .notFound(.namespaces, namespace) }
        var name = object[path: ["metadata", "name"]]?.string ?? ""
        if name.isEmpty, let prefix = object[path: ["metadata", "generateName"]]?.string, !prefix.isEmpty {
            name = String(prefix.prefix(58)) + nameSuffix()
            object[path: ["metadata", "name"]] = .string(name)
        }
        guard !name.isEmpty else {
            throw .invalid(resource, "", [.required("metadata.name", "name or generateName is required")])
        }
        guard (object[path: ["metadata", "resourceVersion"]]?.string ?? "").isEmpty else {
            throw .badRequest("resourceVersion should not be set on objects to be created")
        }
        let key = KubernetesObjectKey(namespace: namespace, name: name)
        guard self.object(resource, key) == nil else { throw .alreadyExists(resource, name) }
        if resource == .nodes || resource == .pods { object["status"] = object["status"] ?? [:] }
        if resource == .namespaces {
            object[path: ["metadata", "labels", "kubernetes.io/metadata.name"]] = .string(name)
            object["spec"] = ["finalizers": ["kubernetes"]]
            object["status"] = ["phase": "Active"]
        }
        try KubernetesValidation.check(resource, object, old: nil)
        object[path: ["metadata", "uid"]] = .string(nextUID())
        object[path: ["metadata", "creationTimestamp"]] = .string(now.rfc3339)
        object[path: ["metadata", "deletionTimestamp"]] = nil
        return put(resource, key, object)
    }

    /// A PUT. Leases are created by it where there is none, and demand a resourceVersion; Source: the resources' strategies
    /// (AllowCreateOnUpdate, AllowUnconditionalUpdate).
    ///
    /// - Returns: the object, and whether it was created.
    package mutating func update(
        _ resource: KubernetesResource, namespace: String?, name: String, isStatus: Bool, _ object: JSONValue, now: Timestamp
    ) throws(KubernetesStatus) -> (object: JSONValue, isNew: Bool) {
        let object = try KubernetesStore.typed(object, resource, namespace: namespace)
        let own = object[path: ["metadata", "name"]]?.string ?? ""
        guard own == name else {
            throw .badRequest("the name of the object (\(own)) does not match the name on the URL (\(name))")
        }
        let key = KubernetesObjectKey(namespace: namespace, name: name)
        guard let old = self.object(resource, key) else {
            guard resource == .leases || resource == .events, !isStatus else { throw .notFound(resource, name) }
            return (try create(resource, namespace: namespace, object, now: now), true)
        }
        if let uid = object[path: ["metadata", "uid"]]?.string, let present = old[path: ["metadata", "uid"]]?.string, uid != present {
            throw .conflict(resource, name, "Precondition failed: UID in precondition: \(uid), UID in object meta: \(present)")
        }
        if resource == .leases, (object[path: ["metadata", "resourceVersion"]]?.string ?? "").isEmpty {
            throw .invalid(
                kind: resource.plural, group: resource.group, name: name,
                [.invalid("metadata.resourceVersion", .integer(0), "must be specified for an update")])
        }
        return (try replace(resource, key, old, with: object, isStatus: isStatus), false)
    }

    /// A PATCH. A resourceVersion in the patch is a precondition (409), a foreign uid is an attempt to change an immutable field (422).
    package mutating func patch(
        _ resource: KubernetesResource, namespace: String?, name: String, isStatus: Bool, _ patch: KubernetesPatch
    ) throws(KubernetesStatus) -> JSONValue {
        let key = KubernetesObjectKey(namespace: namespace, name: name)
        guard let old = object(resource, key) else { throw .notFound(resource, name) }
        let patched = try KubernetesStore.typed(try patch.applied(to: old, resource), resource, namespace: namespace)
        return try replace(resource, key, old, with: patched, isStatus: isStatus)
    }

    /// - Parameter options: a DeleteOptions, of which the preconditions count; dependants go by the world's doing.
    /// - Returns: what is answered: a Status, or the object where finalizers hold it.
    package mutating func delete(
        _ resource: KubernetesResource, namespace: String?, name: String, options: JSONValue?, now: Timestamp
    ) throws(KubernetesStatus) -> JSONValue {
        let key = KubernetesObjectKey(namespace: namespace, name: name)
        var object = try get(resource, namespace: namespace, name: name)
        let uid = object[path: ["metadata", "uid"]]?.string ?? ""
        if let wanted = options?[path: ["preconditions", "uid"]]?.string, wanted != uid {
            throw .conflict(resource, name, "Precondition failed: UID in precondition: \(wanted), UID in object meta: \(uid)")
        }
        let version = object[path: ["metadata", "resourceVersion"]]?.string ?? ""
        if let wanted = options?[path: ["preconditions", "resourceVersion"]]?.string, wanted != version {
            throw .conflict(
                resource, name,
                "Precondition failed: ResourceVersion in precondition: \(wanted), ResourceVersion in object meta: \(version)")
        }
        if let finalizers = object[path: ["metadata", "finalizers"]]?.array, !finalizers.isEmpty {
            if object[path: ["metadata", "deletionTimestamp"]] == nil {
                object[path: ["metadata", "deletionTimestamp"]] = .string(now.rfc3339)
                object[path: ["metadata", "deletionGracePeriodSeconds"]] = 0
            }
            return put(resource, key, object)
        }
        if resource == .namespaces {
            for contained in KubernetesResource.allCases where contained.isNamespaced {
                for key in (objects[contained] ?? [:]).keys.filter({ $0.namespace == name }).sorted() { remove(contained, key) }
            }
        }
        remove(resource, key)
        var details: JSONValue = ["name": .string(name), "kind": .string(resource.plural), "uid": .string(uid)]
        if !resource.group.isEmpty { details["group"] = .string(resource.group) }
        return ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": details]
    }

    private mutating func replace(
        _ resource: KubernetesResource, _ key: KubernetesObjectKey, _ old: JSONValue, with new: JSONValue, isStatus: Bool
    ) throws(KubernetesStatus) -> JSONValue {
        let wanted = new[path: ["metadata", "resourceVersion"]]?.string ?? ""
        guard wanted.isEmpty || wanted == old[path: ["metadata", "resourceVersion"]]?.string else { throw .modified(resource, key.name) }
        var object = new
        if resource.hasStatus {
            // Each side of the object is written through its own path. Source: the resources' PrepareForUpdate.
            let kept = isStatus ? "spec" : "status"
            object[kept] = old[kept]
        }
        for field in ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"] {
            let path = ["metadata", field]
            if field == "uid", object[path: path] != nil { continue }
            object[path: path] = old[path: path]
        }
        try KubernetesValidation.check(resource, object, old: old)
        if object[path: ["metadata", "deletionTimestamp"]] != nil, object[path: ["metadata", "finalizers"]] == nil {
            return remove(resource, key) ?? object
        }
        return put(resource, key, object)
    }

    /// Five characters as the API server appends them. Source: k8s.io/apimachinery pkg/util/rand, String.
    private mutating func nameSuffix() -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        return String((0..<5).map { _ in alphabet[Int(nextRandom() % UInt64(alphabet.count))] })
    }

    /// The object as the API server's types would hold it: of the path's kind and namespace, without nulls and without empty optional
    /// lists.
    static func typed(_ object: JSONValue, _ resource: KubernetesResource, namespace: String?) throws(KubernetesStatus) -> JSONValue {
        guard case .object = object else { throw .badRequest("the object provided is not a JSON object") }
        let apiVersion = object["apiVersion"]?.string ?? resource.apiVersion
        let kind = object["kind"]?.string ?? resource.kind
        guard apiVersion == resource.apiVersion, kind == resource.kind else {
            throw .badRequest(
                "\(kind) in version \"\(apiVersion)\" cannot be handled as a \(resource.kind): "
                    + "the API version in the data (\(apiVersion)) does not match the expected API version (\(resource.apiVersion))")
        }
        var object = object.withoutNulls
        object["apiVersion"] = .string(apiVersion)
        object["kind"] = .string(kind)
        guard object["metadata"] == nil || object["metadata"]?.object != nil else {
            throw .badRequest("\(kind).metadata: json: cannot unmarshal into Go value of type v1.ObjectMeta")
        }
        let own = object[path: ["metadata", "namespace"]]?.string ?? ""
        if let namespace, resource.isNamespaced {
            guard own.isEmpty || own == namespace else {
                throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
            }
            object[path: ["metadata", "namespace"]] = .string(namespace)
        } else {
            object[path: ["metadata", "namespace"]] = nil
        }
        for field in ["labels", "annotations", "finalizers", "ownerReferences", "managedFields"] {
            let value = object[path: ["metadata", field]]
            if value == [] || value == [:] || field == "managedFields" { object[path: ["metadata", field]] = nil }
        }
        if object[path: ["spec", "taints"]] == [] { object[path: ["spec", "taints"]] = nil }
        if object[path: ["spec", "unschedulable"]] == false { object[path: ["spec", "unschedulable"]] = nil }
        return object
    }
}

extension JSONValue {
    /// Without the members that are null, at any depth.
    var withoutNulls: JSONValue {
        switch self {
        case .object(let members): .object(members.filter { !$0.value.isNull }.mapValues(\.withoutNulls))
        case .array(let values): .array(values.map(\.withoutNulls))
        default: self
        }
    }
}
