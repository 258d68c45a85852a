extension WireCall {
    /// What a request asks the API server for: `nodes.patch` on `gke-1`, `leases.get` on `default/drawbridge`, `nodes.watch`.
    package init(kubernetes request: WireRequest) {
        guard let route = KubernetesRoute(path: request.path) else {
            self.init(operation: "unknown", resource: request.path)
            return
        }
        guard case .resource(let resource, let namespace, let name, let isStatus) = route else {
            self.init(operation: "\(route)".prefix { $0 != "(" }.description, resource: request.path)
            return
        }
        let verb =
            switch (request.method, name) {
            case ("GET", nil): ["true", "1"].contains(request.parameters["watch"]) ? "watch" : "list"
            case ("GET", _): "get"
            case ("POST", _): "create"
            case ("PUT", _): "update"
            case ("PATCH", _): "patch"
            case ("DELETE", _): "delete"
            default: request.method
            }
        let subject = [namespace, name].compactMap(\.self).joined(separator: "/")
        self.init(operation: "\(resource.plural)\(isStatus ? "/status" : "").\(verb)", resource: subject)
    }
}
