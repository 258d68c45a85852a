package import Model

/// A long-running operation. It can be DONE and failed.
///
/// Source: Compute Engine REST v1, zoneOperations.
package struct ComputeOperation: Hashable, Sendable {
    package enum Scope: Hashable, Sendable {
        case zone(String)
        case region(String)
        case global

        package var path: String {
            switch self {
            case .zone(let zone): "zones/\(zone)"
            case .region(let region): "regions/\(region)"
            case .global: "global"
            }
        }
    }

    package struct Failure: Error, Hashable, Sendable {
        /// `IP_IN_USE_BY_ANOTHER_RESOURCE`, `RESOURCE_NOT_FOUND`, …
        package var code: String
        package var message: String
        package var httpStatus: Int

        package init(code: String, message: String, httpStatus: Int) {
            self.code = code
            self.message = message
            self.httpStatus = httpStatus
        }
    }

    /// What it does when it completes.
    package enum Action: Hashable, Sendable {
        case addAccessConfig(InstanceReference, instanceID: UInt64, AccessConfig)
        case deleteAccessConfig(InstanceReference, instanceID: UInt64, name: String)
        case deleteInstance(InstanceReference, instanceID: UInt64)
        case insertAddress(AddressReference)
        case deleteAddress(AddressReference, id: UInt64)
        case setLabels(AddressReference, labels: [String: String])
    }

    package var name: String
    package var id: UInt64
    package var project: String
    package var scope: Scope
    /// `addAccessConfig`, `insert`, …
    package var type: String
    package var targetPath: String
    package var targetID: UInt64
    package var user: String
    package var requestID: String?
    package var insertedAt: Timestamp
    package var dueAt: Timestamp
    package var isDone = false
    package var failure: Failure?
    package var action: Action

    package var path: String { "projects/\(project)/\(scope.path)/operations/\(name)" }

    package func json(links: ComputeLinks) -> JSONValue {
        var value: JSONValue = [
            "kind": "compute#operation", "id": .string(String(id)), "name": .string(name), "operationType": .string(type),
            "targetLink": .string(links.link(targetPath)), "targetId": .string(String(targetID)), "user": .string(user),
            "status": isDone ? "DONE" : "RUNNING", "progress": .integer(isDone ? 100 : 0),
            "insertTime": .string(insertedAt.rfc3339Milli), "startTime": .string(insertedAt.rfc3339Milli),
            "selfLink": .string(links.link(path)),
        ]
        switch scope {
        case .zone(let zone): value["zone"] = .string(links.link("projects/\(project)/zones/\(zone)"))
        case .region(let region): value["region"] = .string(links.link("projects/\(project)/regions/\(region)"))
        case .global: break
        }
        if let requestID { value["clientOperationId"] = .string(requestID) }
        if isDone { value["endTime"] = .string(dueAt.rfc3339Milli) }
        if isDone, let failure {
            value["error"] = ["errors": [["code": .string(failure.code), "message": .string(failure.message)]]]
            value["httpErrorStatusCode"] = .integer(Int64(failure.httpStatus))
            value["httpErrorMessage"] = .string(failure.httpStatus == 404 ? "NOT FOUND" : "BAD REQUEST")
        }
        return value
    }
}
