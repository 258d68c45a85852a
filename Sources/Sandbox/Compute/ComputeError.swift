/// An error of Compute Engine's REST API, in its JSON format.
///
/// Source: cloud.google.com/compute/docs/troubleshooting/troubleshooting-apis, and errors quoted in public issues of
/// terraform-provider-google.
package struct ComputeError: Error, Hashable, Sendable {
    package var status: Int
    /// `notFound`, `invalid`, `resourceInUseByAnotherResource`, …
    package var reason: String
    package var message: String
    package var domain = "global"
    /// The gRPC status word that newer errors carry.
    package var word: String?

    package init(status: Int, reason: String, message: String, domain: String = "global", word: String? = nil) {
        self.status = status
        self.reason = reason
        self.message = message
        self.domain = domain
        self.word = word
    }

    package static func notFound(_ resource: String) -> ComputeError {
        ComputeError(status: 404, reason: "notFound", message: "The resource '\(resource)' was not found")
    }

    package static func invalid(field: String, value: String, _ why: String) -> ComputeError {
        ComputeError(status: 400, reason: "invalid", message: "Invalid value for field '\(field)': '\(value)'. \(why)")
    }

    package static func forbidden(_ permission: String, on resource: String) -> ComputeError {
        ComputeError(status: 403, reason: "forbidden", message: "Required '\(permission)' permission for '\(resource)'")
    }

    package var json: JSONValue {
        let detail: JSONValue = ["message": .string(message), "domain": .string(domain), "reason": .string(reason)]
        var error: JSONValue = ["code": .integer(Int64(status)), "message": .string(message), "errors": [detail]]
        if let word { error["status"] = .string(word) }
        return ["error": error]
    }

    package var response: WireResponse { .json(json, status: status, errorCode: reason) }
}
