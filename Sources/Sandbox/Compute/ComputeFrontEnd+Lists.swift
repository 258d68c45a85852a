import Model

extension ComputeFrontEnd {
    func list(_ target: ComputeRoute.Target, _ request: WireRequest, compute: ComputeWorld) throws(ComputeError) -> JSONValue {
        let list = try ComputeList(request.parameters)
        switch target {
        case .addresses(let project, let region):
            try compute.checkRegion(region, project: project)
            let scope = Self.scope(region)
            let items = Self.addresses(project, compute).filter { $0.scope == scope }
            return try flat(list, items, kind: "compute#addressList", path: "projects/\(project)/\(scope)/addresses", scope, compute)
        case .instances(let project, let zone):
            try compute.checkZone(zone, project: project)
            let scope = "zones/\(zone)"
            let items = Self.instances(project, compute).filter { $0.scope == scope }
            return try flat(list, items, kind: "compute#instanceList", path: "projects/\(project)/\(scope)/instances", scope, compute)
        case .operations(let project, let place):
            let items = Self.operations(project, compute).filter { $0.scope == place.path }
            return try flat(
                list, items, kind: "compute#operationList", path: "projects/\(project)/\(place.path)/operations", place.path, compute)
        case .aggregatedAddresses(let project):
            let scopes = ["global"] + compute.regions.keys.map { "regions/\($0)" }
            return try aggregated(
                list, Self.addresses(project, compute), scopes: scopes, noun: "addresses", kind: "compute#addressAggregatedList",
                project: project, compute)
        case .aggregatedInstances(let project):
            return try aggregated(
                list, Self.instances(project, compute), scopes: compute.allZones.map { "zones/\($0)" }, noun: "instances",
                kind: "compute#instanceAggregatedList", project: project, compute)
        case .aggregatedOperations(let project):
            let scopes =
                ["global"] + compute.regions.keys.map { "regions/\($0)" } + compute.allZones.map { "zones/\($0)" }
            return try aggregated(
                list, Self.operations(project, compute), scopes: scopes, noun: "operations", kind: "compute#operationAggregatedList",
                project: project, compute)
        default: throw .notFound(request.path)
        }
    }

    private static func operations(_ project: String, _ compute: ComputeWorld) -> [ComputeList.Item] {
        compute.operations.values.filter { $0.project == project }.map {
            ComputeList.Item(scope: $0.scope.path, name: $0.name, value: $0.json(links: compute.links))
        }
    }

    private static func scope(_ region: String) -> String { region == ComputeAddress.globalScope ? region : "regions/\(region)" }

    private static func addresses(_ project: String, _ compute: ComputeWorld) -> [ComputeList.Item] {
        compute.addresses.values.filter { $0.reference.project == project }.map {
            ComputeList.Item(scope: scope($0.reference.region), name: $0.reference.name, value: $0.json(links: compute.links))
        }
    }

    private static func instances(_ project: String, _ compute: ComputeWorld) -> [ComputeList.Item] {
        compute.instances.values.filter { $0.reference.project == project }.map {
            ComputeList.Item(
                scope: "zones/\($0.reference.zone)", name: $0.reference.name, value: $0.json(links: compute.links))
        }
    }

    private func flat(
        _ list: ComputeList, _ items: [ComputeList.Item], kind: String, path: String, _ scope: String, _ compute: ComputeWorld
    ) throws(ComputeError) -> JSONValue {
        guard !compute.unreachable.contains(scope) else { throw Self.unreachable(scope) }
        let page = list.page(items, startsEmpty: false)
        var value: JSONValue = ["kind": .string(kind), "id": .string(path), "selfLink": .string(compute.links.link(path))]
        if !page.items.isEmpty { value["items"] = .array(page.items.map(\.value)) }
        if let next = page.next { value["nextPageToken"] = .string(next) }
        return value
    }

    /// Scopes that can't be reached fail the whole call, or are named in warnings when the caller asked for partial success.
    private func aggregated(
        _ list: ComputeList, _ items: [ComputeList.Item], scopes: [String], noun: String, kind: String, project: String,
        _ compute: ComputeWorld
    ) throws(ComputeError) -> JSONValue {
        let unreachable = scopes.filter(compute.unreachable.contains).sorted()
        if let first = unreachable.first, !list.partialSuccess { throw Self.unreachable(first) }
        let page = list.page(
            items.filter { !compute.unreachable.contains($0.scope) }, startsEmpty: compute.settings.startsWithEmptyPage)
        let found = Dictionary(grouping: page.items, by: \.scope)
        var scoped: [String: JSONValue] = [:]
        for scope in scopes {
            if unreachable.contains(scope) {
                scoped[scope] = [
                    "warning": Self.warning("UNREACHABLE", "The scope '\(scope)' could not be reached.", scope: scope)
                ]
            } else if let items = found[scope] {
                scoped[scope] = [:]
                scoped[scope]?[noun] = .array(items.map(\.value))
            } else {
                scoped[scope] = [
                    "warning": Self.warning(
                        "NO_RESULTS_ON_PAGE", "There are no results for scope '\(scope)' on this page.", scope: scope)
                ]
            }
        }
        let path = "projects/\(project)/aggregated/\(noun)"
        var value: JSONValue = [
            "kind": .string(kind), "id": .string(path), "selfLink": .string(compute.links.link(path)), "items": .object(scoped),
        ]
        if let next = page.next { value["nextPageToken"] = .string(next) }
        if !unreachable.isEmpty {
            value["unreachables"] = .array(unreachable.map { .string(compute.links.link("projects/\(project)/\($0)")) })
        }
        return value
    }

    private static func warning(_ code: String, _ message: String, scope: String) -> JSONValue {
        ["code": .string(code), "message": .string(message), "data": [["key": "scope", "value": .string(scope)]]]
    }

    private static func unreachable(_ scope: String) -> ComputeError {
        ComputeError(status: 503, reason: "backendError", message: "The scope '\(scope)' is not reachable. Please try again.")
    }

    func place(_ target: ComputeRoute.Target, compute: ComputeWorld) throws(ComputeError) -> JSONValue {
        switch target {
        case .project(let project):
            return [
                "kind": "compute#project", "id": .string(String(compute.projects[project] ?? 0)), "name": .string(project),
                "selfLink": .string(compute.links.link("projects/\(project)")), "defaultNetworkTier": "PREMIUM",
            ]
        case .regions(let project):
            return [
                "kind": "compute#regionList", "id": .string("projects/\(project)/regions"),
                "items": .array(compute.regions.keys.sorted().map { Self.region($0, project, compute) }),
            ]
        case .region(let project, let name):
            guard compute.regions[name] != nil else { throw .notFound("projects/\(project)/regions/\(name)") }
            return Self.region(name, project, compute)
        case .zones(let project):
            return [
                "kind": "compute#zoneList", "id": .string("projects/\(project)/zones"),
                "items": .array(compute.allZones.map { Self.zone($0, project, compute) }),
            ]
        case .zone(let project, let name):
            guard compute.allZones.contains(name) else { throw .notFound("projects/\(project)/zones/\(name)") }
            return Self.zone(name, project, compute)
        default: throw .notFound("projects")
        }
    }

    private static func region(_ name: String, _ project: String, _ compute: ComputeWorld) -> JSONValue {
        let path = "projects/\(project)/regions/\(name)"
        return [
            "kind": "compute#region", "name": .string(name), "description": .string(name), "status": "UP",
            "selfLink": .string(compute.links.link(path)),
            "zones": .array(compute.zones(of: name).map { .string(compute.links.link("projects/\(project)/zones/\($0)")) }),
        ]
    }

    private static func zone(_ name: String, _ project: String, _ compute: ComputeWorld) -> JSONValue {
        let region = String(name.dropLast(2))
        return [
            "kind": "compute#zone", "name": .string(name), "description": .string(name), "status": "UP",
            "selfLink": .string(compute.links.link("projects/\(project)/zones/\(name)")),
            "region": .string(compute.links.link("projects/\(project)/regions/\(region)")),
        ]
    }
}
