/// A `Status` of meta/v1: how the API server says that a call did not succeed.
///
/// Source: Kubernetes API, meta/v1 Status; messages as in k8s.io/apimachinery pkg/api/errors.
package struct KubernetesStatus: Error, Hashable, Sendable {
    package struct Cause: Hashable, Sendable {
        package var reason: String
        package var message: String
        /// The path in the object, such as `spec.taints[0].effect`.
        package var field: String

        package init(reason: String, message: String, field: String) {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }

    /// The HTTP status.
    package var code: Int
    /// `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Expired`, `Forbidden` …; empty where the API server gives none.
    package var reason: String
    package var message: String
    package var name: String?
    package var group: String?
    package var kind: String?
    package var uid: String?
    package var causes: [Cause]
    package var retryAfterSeconds: Int?
    /// With `Expired`: where a client may go on, if an inconsistent list will do.
    package var continueToken: String?

    package init(
        code: Int, reason: String, message: String, name: String? = nil, group: String? = nil, kind: String? = nil,
        uid: String? = nil, causes: [Cause] = [], retryAfterSeconds: Int? = nil, continueToken: String? = nil
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.name = name
        self.group = group
        self.kind = kind
        self.uid = uid
        self.causes = causes
        self.retryAfterSeconds = retryAfterSeconds
        self.continueToken = continueToken
    }

    /// The object as it is sent.
    package var json: JSONValue {
        var details: [String: JSONValue] = [:]
        details["name"] = name.map(JSONValue.string)
        details["group"] = group.flatMap { $0.isEmpty ? nil : .string($0) }
        details["kind"] = kind.map(JSONValue.string)
        details["uid"] = uid.map(JSONValue.string)
        details["retryAfterSeconds"] = retryAfterSeconds.map { .integer(Int64($0)) }
        if !causes.isEmpty {
            details["causes"] = .array(
                causes.map { cause in
                    var members: [String: JSONValue] = ["reason": .string(cause.reason), "message": .string(cause.message)]
                    if !cause.field.isEmpty { members["field"] = .string(cause.field) }
                    return .object(members)
                })
        }
        var metadata: [String: JSONValue] = [:]
        metadata["continue"] = continueToken.map(JSONValue.string)
        var members: [String: JSONValue] = [
            "kind": "Status", "apiVersion": "v1", "metadata": .object(metadata), "status": "Failure",
            "message": .string(message), "code": .integer(Int64(code)),
        ]
        if !reason.isEmpty { members["reason"] = .string(reason) }
        if !details.isEmpty { members["details"] = .object(details) }
        return .object(members)
    }
}
