/// What the API tells of itself. Source: Kubernetes API, meta/v1 APIVersions, APIGroupList, APIResourceList; apidiscovery.k8s.io/v2.
enum KubernetesDiscovery {
    static let verbs: [JSONValue] = ["create", "delete", "get", "list", "patch", "update", "watch"]

    static let version: JSONValue = [
        "major": "1", "minor": "32", "gitVersion": "v1.32.4-gke.1415000", "gitCommit": "0000000000000000000000000000000000000000",
        "gitTreeState": "clean", "buildDate": "2025-04-23T09:24:22Z", "goVersion": "go1.23.6 X:boringcrypto", "compiler": "gc",
        "platform": "linux/amd64",
    ]

    static let legacyRoot: JSONValue = [
        "kind": "APIVersions", "versions": ["v1"],
        "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:443"]],
    ]

    static let groups: JSONValue = [
        "kind": "APIGroupList", "apiVersion": "v1", "groups": .array(KubernetesRoute.groupNames.map { entry($0, isItem: true) }),
    ]

    static func group(_ name: String) -> JSONValue { entry(name, isItem: false) }

    private static func entry(_ name: String, isItem: Bool) -> JSONValue {
        let version: JSONValue = ["groupVersion": .string("\(name)/v1"), "version": "v1"]
        var value: JSONValue = ["name": .string(name), "versions": [version], "preferredVersion": version]
        if !isItem {
            value["kind"] = "APIGroup"
            value["apiVersion"] = "v1"
        }
        return value
    }

    /// Resources that are only created and never kept: name, singular, kind.
    private static func reviews(of group: String) -> [(name: String, singular: String, kind: String)] {
        switch group {
        case KubernetesRoute.authentication:
            [("selfsubjectreviews", "selfsubjectreview", "SelfSubjectReview"), ("tokenreviews", "tokenreview", "TokenReview")]
        case KubernetesRoute.authorization: [("selfsubjectaccessreviews", "selfsubjectaccessreview", "SelfSubjectAccessReview")]
        default: []
        }
    }

    /// `/api/v1`, `/apis/GROUP/v1`.
    static func resources(group: String) -> JSONValue {
        var resources: [JSONValue] = []
        for resource in KubernetesResource.allCases where resource.group == group {
            resources.append([
                "name": .string(resource.plural), "singularName": .string(resource.singular), "kind": .string(resource.kind),
                "namespaced": .bool(resource.isNamespaced), "verbs": .array(verbs),
                "shortNames": .array(resource.shortNames.map(JSONValue.string)),
            ])
            guard resource.hasStatus else { continue }
            resources.append([
                "name": .string("\(resource.plural)/status"), "singularName": "", "kind": .string(resource.kind),
                "namespaced": .bool(resource.isNamespaced), "verbs": ["get", "patch", "update"],
            ])
        }
        for review in reviews(of: group) {
            resources.append([
                "name": .string(review.name), "singularName": .string(review.singular), "kind": .string(review.kind),
                "namespaced": false, "verbs": ["create"],
            ])
        }
        return [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(group.isEmpty ? "v1" : "\(group)/v1"),
            "resources": .array(resources),
        ]
    }

    /// `/api` and `/apis`, all in one. Source: KEP-3352.
    static func aggregated(groups: [String], version: String) -> JSONValue {
        let items = groups.map { group -> JSONValue in
            [
                "metadata": .object(group.isEmpty ? [:] : ["name": .string(group)]),
                "versions": [["version": "v1", "freshness": "Current", "resources": .array(aggregatedResources(group))]],
            ]
        }
        return [
            "kind": "APIGroupDiscoveryList", "apiVersion": .string("apidiscovery.k8s.io/\(version)"), "metadata": [:],
            "items": .array(items),
        ]
    }

    private static func aggregatedResources(_ group: String) -> [JSONValue] {
        func kind(_ name: String) -> JSONValue { ["group": .string(group), "version": "v1", "kind": .string(name)] }
        var resources: [JSONValue] = []
        for resource in KubernetesResource.allCases where resource.group == group {
            var value: JSONValue = [
                "resource": .string(resource.plural), "singularResource": .string(resource.singular),
                "responseKind": kind(resource.kind), "scope": resource.isNamespaced ? "Namespaced" : "Cluster", "verbs": .array(verbs),
                "shortNames": .array(resource.shortNames.map(JSONValue.string)),
            ]
            if resource.hasStatus {
                value["subresources"] = [
                    ["subresource": "status", "responseKind": kind(resource.kind), "verbs": ["get", "patch", "update"]]
                ]
            }
            resources.append(value)
        }
        for review in reviews(of: group) {
            resources.append([
                "resource": .string(review.name), "singularResource": .string(review.singular), "responseKind": kind(review.kind),
                "scope": "Cluster", "verbs": ["create"],
            ])
        }
        return resources
    }
}
