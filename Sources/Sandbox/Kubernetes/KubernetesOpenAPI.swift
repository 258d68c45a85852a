/// As much of OpenAPI as clients need to see which query parameters a resource takes: kubectl looks for `fieldValidation` and `dryRun`
/// before it leaves validation and dry runs to the server. No schemas. kubectl 1.28 and older reads version 2 in protobuf only, so that its
/// `create` and `apply` need `--validate=false`; 1.30 and newer does without.
enum KubernetesOpenAPI {
    static let v2: JSONValue = [
        "swagger": "2.0", "info": ["title": "Kubernetes", "version": "v1.32.4"], "paths": [:], "definitions": [:],
    ]

    /// The index. Source: Kubernetes documentation, "OpenAPI V3".
    static let v3: JSONValue = {
        var paths: [String: JSONValue] = ["api/v1": ["serverRelativeURL": "/openapi/v3/api/v1"]]
        for group in KubernetesRoute.groupNames { paths["apis/\(group)/v1"] = ["serverRelativeURL": "/openapi/v3/apis/\(group)/v1"] }
        return ["paths": .object(paths)]
    }()

    static func v3(group: String) -> JSONValue {
        var paths: [String: JSONValue] = [:]
        var schemas: [String: JSONValue] = [:]
        for resource in KubernetesResource.allCases where resource.group == group {
            let root = group.isEmpty ? "/api/v1" : "/apis/\(group)/v1"
            let scope = resource.isNamespaced ? "/namespaces/{namespace}" : ""
            let kind: JSONValue = ["group": .string(group), "version": "v1", "kind": .string(resource.kind)]
            let parameters = ["dryRun", "fieldManager", "fieldValidation"].map { name -> JSONValue in
                ["name": .string(name), "in": "query", "schema": ["type": "string", "uniqueItems": true]]
            }
            func operation(_ action: String) -> JSONValue {
                [
                    "x-kubernetes-action": .string(action), "x-kubernetes-group-version-kind": kind, "parameters": .array(parameters),
                    "responses": ["200": ["description": "OK"]],
                ]
            }
            paths["\(root)\(scope)/\(resource.plural)"] = ["post": operation("post")]
            paths["\(root)\(scope)/\(resource.plural)/{name}"] = ["put": operation("put"), "patch": operation("patch")]
            let package = group.isEmpty ? "core" : String(group.prefix { $0 != "." })
            schemas["io.k8s.api.\(package).v1.\(resource.kind)"] = ["type": "object", "x-kubernetes-group-version-kind": [kind]]
        }
        return [
            "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": "v1.32.4"], "paths": .object(paths),
            "components": ["schemas": .object(schemas)],
        ]
    }
}
