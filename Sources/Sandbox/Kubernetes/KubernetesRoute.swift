/// What a path of the API names.
enum KubernetesRoute: Hashable {
    case health
    case version
    /// `/api`
    case legacyRoot
    /// `/apis`
    case groups
    /// `/apis/GROUP`
    case group(String)
    /// `/api/v1`, `/apis/GROUP/v1`
    case resources(group: String)
    case openAPIv2
    case openAPIv3
    /// `/openapi/v3/api/v1`
    case openAPIv3Group(group: String)
    /// A collection, an object or an object's status.
    case resource(KubernetesResource, namespace: String?, name: String?, isStatus: Bool)
    case tokenReviews
    case selfSubjectAccessReviews
    case selfSubjectReviews

    static let authentication = "authentication.k8s.io"
    static let authorization = "authorization.k8s.io"

    /// The groups beside core.
    static let groupNames = ["authentication.k8s.io", "authorization.k8s.io", "coordination.k8s.io"]

    init?(path: String) {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            KubernetesQuery.decode($0, plusIsSpace: false)
        }
        if parts.last == "" { parts.removeLast() }
        switch parts.first {
        case "healthz", "readyz", "livez": self = .health
        case "version" where parts.count == 1: self = .version
        case "openapi":
            guard let route = KubernetesRoute(openAPI: Array(parts.dropFirst())) else { return nil }
            self = route
        case "api":
            if parts.count == 1 {
                self = .legacyRoot
            } else if parts[1] == "v1" {
                guard let route = KubernetesRoute(group: "", Array(parts.dropFirst(2))) else { return nil }
                self = route
            } else {
                return nil
            }
        case "apis":
            guard parts.count > 1 else {
                self = .groups
                return
            }
            guard KubernetesRoute.groupNames.contains(parts[1]) else { return nil }
            guard parts.count > 2 else {
                self = .group(parts[1])
                return
            }
            guard parts[2] == "v1", let route = KubernetesRoute(group: parts[1], Array(parts.dropFirst(3))) else { return nil }
            self = route
        default: return nil
        }
    }

    private init?(openAPI parts: [String]) {
        switch parts {
        case ["v2"]: self = .openAPIv2
        case ["v3"]: self = .openAPIv3
        case ["v3", "api", "v1"]: self = .openAPIv3Group(group: "")
        default:
            guard parts.count == 4, parts[0] == "v3", parts[1] == "apis", KubernetesRoute.groupNames.contains(parts[2]), parts[3] == "v1"
            else { return nil }
            self = .openAPIv3Group(group: parts[2])
        }
    }

    private init?(group: String, _ rest: [String]) {
        var rest = rest
        guard let first = rest.first else {
            self = .resources(group: group)
            return
        }
        switch (group, first) {
        case (KubernetesRoute.authentication, "tokenreviews") where rest.count == 1: self = .tokenReviews
        case (KubernetesRoute.authentication, "selfsubjectreviews") where rest.count == 1: self = .selfSubjectReviews
        case (KubernetesRoute.authorization, "selfsubjectaccessreviews") where rest.count == 1: self = .selfSubjectAccessReviews
        default:
            var namespace: String?
            // `/namespaces/NAME` and `/namespaces/NAME/status` are the namespace itself.
            if first == "namespaces", rest.count > 2, rest[2] != "status" {
                namespace = rest[1]
                rest.removeFirst(2)
            }
            guard let resource = KubernetesResource(rawValue: rest[0]), resource.group == group, rest.count <= 3,
                namespace == nil || resource.isNamespaced, namespace != nil || !resource.isNamespaced || rest.count == 1
            else { return nil }
            if rest.count == 3 { guard rest[2] == "status", resource.hasStatus else { return nil } }
            self = .resource(
                resource, namespace: namespace, name: rest.count > 1 ? rest[1] : nil, isStatus: rest.count == 3)
        }
    }
}
