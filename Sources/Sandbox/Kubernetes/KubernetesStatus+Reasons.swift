/// The refusals of the API server, in its own words. Source: k8s.io/apimachinery pkg/api/errors and pkg/util/validation/field.
extension KubernetesStatus {
    package static func notFound(_ resource: KubernetesResource, _ name: String) -> KubernetesStatus {
        KubernetesStatus(
            code: 404, reason: "NotFound", message: "\(resource.qualified) \"\(name)\" not found", name: name,
            group: resource.group, kind: resource.plural)
    }

    /// No such path.
    package static let unknownPath = KubernetesStatus(
        code: 404, reason: "NotFound", message: "the server could not find the requested resource")

    package static func alreadyExists(_ resource: KubernetesResource, _ name: String) -> KubernetesStatus {
        KubernetesStatus(
            code: 409, reason: "AlreadyExists", message: "\(resource.qualified) \"\(name)\" already exists", name: name,
            group: resource.group, kind: resource.plural)
    }

    package static func conflict(_ resource: KubernetesResource, _ name: String, _ why: String) -> KubernetesStatus {
        KubernetesStatus(
            code: 409, reason: "Conflict", message: "Operation cannot be fulfilled on \(resource.qualified) \"\(name)\": \(why)",
            name: name, group: resource.group, kind: resource.plural)
    }

    /// The resourceVersion of the object is not the one that was given.
    package static func modified(_ resource: KubernetesResource, _ name: String) -> KubernetesStatus {
        conflict(
            resource, name, "the object has been modified; please apply your changes to the latest version and try again")
    }

    package static func badRequest(_ message: String) -> KubernetesStatus {
        KubernetesStatus(code: 400, reason: "BadRequest", message: message)
    }

    package static func invalid(kind: String, group: String, name: String, _ causes: [Cause]) -> KubernetesStatus {
        let texts = causes.map { $0.field.isEmpty ? $0.message : "\($0.field): \($0.message)" }
        let list = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
        let qualified = group.isEmpty ? kind : "\(kind).\(group)"
        return KubernetesStatus(
            code: 422, reason: "Invalid", message: "\(qualified) \"\(name)\" is invalid: \(list)", name: name.isEmpty ? nil : name,
            group: group, kind: kind, causes: causes)
    }

    package static func invalid(_ resource: KubernetesResource, _ name: String, _ causes: [Cause]) -> KubernetesStatus {
        invalid(kind: resource.kind, group: resource.group, name: name, causes)
    }

    package static func methodNotAllowed(_ resource: KubernetesResource?) -> KubernetesStatus {
        KubernetesStatus(
            code: 405, reason: "MethodNotAllowed", message: "the server does not allow this method on the requested resource",
            group: resource?.group, kind: resource?.plural)
    }

    package static let unauthorized = KubernetesStatus(code: 401, reason: "Unauthorized", message: "Unauthorized")

    package static func unsupportedMediaType(_ supported: [String]) -> KubernetesStatus {
        KubernetesStatus(
            code: 415, reason: "UnsupportedMediaType",
            message: "the body of the request was in an unknown format - accepted media types include: "
                + supported.joined(separator: ", "))
    }

    package static let tooLarge = KubernetesStatus(
        code: 413, reason: "RequestEntityTooLarge", message: "Request entity too large: limit exceeded")

    /// - Parameter continueToken: where an inconsistent list could go on.
    package static func expired(_ message: String, continueToken: String? = nil) -> KubernetesStatus {
        KubernetesStatus(code: 410, reason: "Expired", message: message, continueToken: continueToken)
    }

    package static func tooLargeResourceVersion(_ asked: Int, current: Int) -> KubernetesStatus {
        KubernetesStatus(
            code: 504, reason: "Timeout", message: "Timeout: Too large resource version: \(asked), current: \(current)",
            causes: [Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version", field: "")],
            retryAfterSeconds: 1)
    }
}

extension KubernetesStatus.Cause {
    package static func invalid(_ field: String, _ value: JSONValue, _ detail: String) -> Self {
        Self(reason: "FieldValueInvalid", message: "Invalid value: \(String(decoding: value.json, as: UTF8.self)): \(detail)", field: field)
    }

    package static func required(_ field: String, _ detail: String = "") -> Self {
        Self(reason: "FieldValueRequired", message: "Required value" + (detail.isEmpty ? "" : ": \(detail)"), field: field)
    }

    package static func unsupported(_ field: String, _ value: String, _ supported: [String]) -> Self {
        let list = supported.map { "\"\($0)\"" }.joined(separator: ", ")
        return Self(
            reason: "FieldValueNotSupported", message: "Unsupported value: \"\(value)\": supported values: \(list)", field: field)
    }

    package static func forbidden(_ field: String, _ detail: String) -> Self {
        Self(reason: "FieldValueForbidden", message: "Forbidden: \(detail)", field: field)
    }

    package static func duplicate(_ field: String, _ value: JSONValue, _ detail: String) -> Self {
        Self(
            reason: "FieldValueDuplicate",
            message: "Duplicate value: \(String(decoding: value.json, as: UTF8.self))" + (detail.isEmpty ? "" : ": \(detail)"),
            field: field)
    }
}
