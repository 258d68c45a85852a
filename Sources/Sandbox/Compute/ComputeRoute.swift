import Model

/// What a request to Compute Engine is about.
struct ComputeRoute: Sendable {
    enum Verb: String, Sendable {
        case get, delete, insert, setLabels, testIamPermissions, addAccessConfig, deleteAccessConfig
    }

    enum Target: Sendable {
        case project(String)
        case regions(String)
        case region(String, String)
        case zones(String)
        case zone(String, String)
        case addresses(String, region: String)
        case aggregatedAddresses(String)
        case address(AddressReference, Verb)
        case instances(String, zone: String)
        case aggregatedInstances(String)
        case instance(InstanceReference, Verb)
        /// Only to ask for permissions on it.
        case subnetwork(String, region: String, name: String)
        case operations(String, ComputeOperation.Scope)
        case aggregatedOperations(String)
        case operation(String, ComputeOperation.Scope, String, waits: Bool)
        case unknown
    }

    let target: Target
    let project: String?
    let call: WireCall
    /// The permission that the call needs, where one is modelled: to ask for permissions, the one to list.
    let permission: String?

    init(_ request: WireRequest) {
        var segments = request.segments
        if segments.first == "compute" { segments = Array(segments.dropFirst(2)) }
        guard segments.first == "projects", segments.count >= 2 else {
            self.init(target: .unknown, project: nil, name: "unknown", path: request.path, permission: nil)
            return
        }
        let project = segments[1]
        let path = segments.prefix { $0 != "aggregated" }.joined(separator: "/")
        let rest = Array(segments.dropFirst(2))
        let (target, name, permission) = Self.route(request.method, project, rest)
        let actions: Set<String> = ["setLabels", "testIamPermissions", "addAccessConfig", "deleteAccessConfig", "wait"]
        let resource = segments.last.map(actions.contains) == true ? segments.dropLast().joined(separator: "/") : path
        self.init(target: target, project: project, name: name, path: resource, permission: permission)
    }

    private init(target: Target, project: String?, name: String, path: String, permission: String?) {
        self.target = target
        self.project = project
        call = WireCall(operation: name, resource: path)
        self.permission = permission
    }

    private static func route(_ method: String, _ project: String, _ rest: [String]) -> (Target, String, String?) {
        switch (method, rest.count, rest.first) {
        case ("GET", 0, _): return (.project(project), "projects.get", "compute.projects.get")
        case ("GET", 2, "aggregated") where rest[1] == "addresses":
            return (.aggregatedAddresses(project), "addresses.aggregatedList", "compute.addresses.list")
        case ("GET", 2, "aggregated") where rest[1] == "instances":
            return (.aggregatedInstances(project), "instances.aggregatedList", "compute.instances.list")
        case ("GET", 2, "aggregated") where rest[1] == "operations":
            return (.aggregatedOperations(project), "globalOperations.aggregatedList", "compute.globalOperations.list")
        case ("GET", 1, "regions"): return (.regions(project), "regions.list", nil)
        case ("GET", 2, "regions"): return (.region(project, rest[1]), "regions.get", nil)
        case ("GET", 1, "zones"): return (.zones(project), "zones.list", nil)
        case ("GET", 2, "zones"): return (.zone(project, rest[1]), "zones.get", nil)
        case (_, 3..., "regions") where rest[2] == "addresses":
            return address(method, project, rest[1], Array(rest.dropFirst(3)), api: "addresses")
        case (_, 2..., "global") where rest[1] == "addresses":
            return address(method, project, ComputeAddress.globalScope, Array(rest.dropFirst(2)), api: "globalAddresses")
        case (_, 3..., "zones") where rest[2] == "instances": return instance(method, project, rest[1], Array(rest.dropFirst(3)))
        case (_, 3..., "zones") where rest[2] == "operations":
            return operation(method, project, .zone(rest[1]), Array(rest.dropFirst(3)), api: "zoneOperations")
        case ("POST", 5, "regions") where rest[2] == "subnetworks" && rest[4] == "testIamPermissions":
            return (
                .subnetwork(project, region: rest[1], name: rest[3]), "subnetworks.testIamPermissions", "compute.subnetworks.list"
            )
        case (_, 3..., "regions") where rest[2] == "operations":
            return operation(method, project, .region(rest[1]), Array(rest.dropFirst(3)), api: "regionOperations")
        case (_, 2..., "global") where rest[1] == "operations":
            return operation(method, project, .global, Array(rest.dropFirst(2)), api: "globalOperations")
        default: return (.unknown, "unknown", nil)
        }
    }

    private static func address(_ method: String, _ project: String, _ region: String, _ rest: [String], api: String)
        -> (Target, String, String?)
    {
        func target(_ verb: Verb) -> Target {
            .address(AddressReference(project: project, region: region, name: rest.first ?? ""), verb)
        }
        let noun = "compute.\(api)"
        switch (method, rest.count, rest.last) {
        case ("GET", 0, _): return (.addresses(project, region: region), "\(api).list", "\(noun).list")
        case ("POST", 0, _): return (target(.insert), "\(api).insert", "\(noun).create")
        case ("GET", 1, _): return (target(.get), "\(api).get", "\(noun).get")
        case ("DELETE", 1, _): return (target(.delete), "\(api).delete", "\(noun).delete")
        case ("POST", 2, "setLabels"): return (target(.setLabels), "\(api).setLabels", "\(noun).setLabels")
        case ("POST", 2, "testIamPermissions"): return (target(.testIamPermissions), "\(api).testIamPermissions", "\(noun).list")
        default: return (.unknown, "unknown", nil)
        }
    }

    private static func instance(_ method: String, _ project: String, _ zone: String, _ rest: [String])
        -> (Target, String, String?)
    {
        func target(_ verb: Verb) -> Target {
            .instance(InstanceReference(project: project, zone: zone, name: rest.first ?? ""), verb)
        }
        switch (method, rest.count, rest.last) {
        case ("GET", 0, _): return (.instances(project, zone: zone), "instances.list", "compute.instances.list")
        case ("GET", 1, _): return (target(.get), "instances.get", "compute.instances.get")
        case ("DELETE", 1, _): return (target(.delete), "instances.delete", "compute.instances.delete")
        case ("POST", 2, "addAccessConfig"):
            return (target(.addAccessConfig), "instances.addAccessConfig", "compute.instances.addAccessConfig")
        case ("POST", 2, "deleteAccessConfig"):
            return (target(.deleteAccessConfig), "instances.deleteAccessConfig", "compute.instances.deleteAccessConfig")
        case ("POST", 2, "testIamPermissions"):
            return (target(.testIamPermissions), "instances.testIamPermissions", "compute.instances.list")
        default: return (.unknown, "unknown", nil)
        }
    }

    private static func operation(
        _ method: String, _ project: String, _ scope: ComputeOperation.Scope, _ rest: [String], api: String
    ) -> (Target, String, String?) {
        switch (method, rest.count, rest.last) {
        case ("GET", 0, _): return (.operations(project, scope), "\(api).list", "compute.\(api).list")
        case ("GET", 1, let name?): return (.operation(project, scope, name, waits: false), "\(api).get", "compute.\(api).get")
        case ("POST", 2, "wait"): return (.operation(project, scope, rest[0], waits: true), "\(api).wait", "compute.\(api).get")
        default: return (.unknown, "unknown", nil)
        }
    }
}
