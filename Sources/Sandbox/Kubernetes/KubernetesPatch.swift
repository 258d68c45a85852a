/// A body of a PATCH, by its media type.
package enum KubernetesPatch: Hashable, Sendable {
    /// RFC 6902.
    case json(JSONValue)
    /// RFC 7386.
    case merge(JSONValue)
    /// Kubernetes' own: lists that have a merge key are merged by it, and `$patch` and its kin direct it.
    case strategicMerge(JSONValue)

    package static let mediaTypes = [
        "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
    ]

    /// `nil` for a media type that isn't one of `mediaTypes`.
    package init?(mediaType: String, _ body: JSONValue) {
        switch mediaType {
        case "application/json-patch+json": self = .json(body)
        case "application/merge-patch+json": self = .merge(body)
        case "application/strategic-merge-patch+json": self = .strategicMerge(body)
        default: return nil
        }
    }

    func applied(to object: JSONValue, _ resource: KubernetesResource) throws(KubernetesStatus) -> JSONValue {
        switch self {
        case .json(let body):
            do throws(JSONPatch.Failure) {
                return try JSONPatch(body).applied(to: object)
            } catch {
                switch error {
                case .malformed(let why): throw .badRequest("error decoding patch: \(why)")
                case .tooLong(let count):
                    throw KubernetesStatus(
                        code: 413, reason: "RequestEntityTooLarge",
                        message:
                            "Request entity too large: The allowed maximum operations in a JSON patch is \(JSONPatch.limit), got \(count)")
                case .inapplicable:
                    // The API server does not say which operation failed. Source: apiserver pkg/endpoints/handlers/patch.go, applyJSPatch.
                    throw KubernetesStatus(
                        code: 422, reason: "Invalid", message: "the server rejected our request due to an error in our request")
                }
            }
        case .merge(let body):
            guard case .object = body else { throw .badRequest("error decoding patch: a merge patch is an object") }
            return object.merged(with: body)
        case .strategicMerge(let body):
            guard case .object(let members) = body, case .object(let present) = object else {
                throw .badRequest("error decoding patch: a strategic merge patch is an object")
            }
            return .object(try StrategicMerge(resource).merged(present, with: members, at: []))
        }
    }
}

extension JSONValue {
    /// Source: RFC 7386, section 2.
    func merged(with patch: JSONValue) -> JSONValue {
        guard case .object(let members) = patch else { return patch }
        var result = object ?? [:]
        for (key, value) in members {
            result[key] = value.isNull ? nil : (result[key] ?? .null).merged(with: value)
        }
        return .object(result)
    }
}
