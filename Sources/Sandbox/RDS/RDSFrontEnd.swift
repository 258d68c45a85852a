import Cryptography
package import Model

/// Amazon RDS's Query API, version 2014-10-31, so far as it tells which databases there are.
///
/// Source: Amazon RDS API Reference, DescribeDBInstances; shapes as in botocore's rds/2014-10-31 model.
package struct RDSFrontEnd: FrontEnd {
    package let api = SandboxAPI.rds
    private static let namespace = "http://rds.amazonaws.com/doc/2014-10-31/"

    private let authentication = AWSAuthentication(.rds)

    package init() {}

    package func identify(_ request: WireRequest) -> WireCall {
        let query = Self.query(request)
        return WireCall(operation: query["Action"].value ?? "unknown", resource: query["DBInstanceIdentifier"].value ?? "")
    }

    package func refusal(status: Int, code: String, message: String, in world: inout World) -> WireResponse {
        Self.refusal(AWSError(code, message, status: status), requestID: world.random.uuid())
    }

    package func perform(
        _ call: WireCall, _ request: WireRequest, in world: inout World, now: Timestamp, received: Timestamp
    ) -> WireReply {
        let requestID = world.random.uuid()
        do throws(AWSError) {
            let (credential, region) = try authentication.verify(request, identity: world.aws, now: now)
            guard credential.may("rds:\(call.operation)") else {
                throw AWSError(
                    "AccessDenied",
                    "User: \(credential.arn) is not authorized to perform: rds:\(call.operation) on resource: "
                        + "arn:aws:rds:\(region):\(credential.account):db:* because no identity-based policy allows the "
                        + "rds:\(call.operation) action", status: 403)
            }
            guard call.operation == "DescribeDBInstances" else {
                throw AWSError("InvalidAction", "Could not find operation \(call.operation) for version 2014-10-31")
            }
            let result = try Self.describe(Self.query(request), region: region, world.rds)
            let root = XMLElement(
                "DescribeDBInstancesResponse",
                [
                    XMLElement("DescribeDBInstancesResult", result),
                    XMLElement("ResponseMetadata", [XMLElement("RequestId", requestID)]),
                ])
            return .answer(
                WireResponse(status: 200, headers: Self.headers(requestID), body: root.document(namespace: Self.namespace)))
        } catch {
            return .answer(Self.refusal(error, requestID: requestID))
        }
    }

    private static func describe(_ query: QueryTree, region: String, _ rds: RDSWorld) throws(AWSError) -> [XMLElement] {
        let all = rds.instances.filter { $0.region == region }.map(\.database).sorted { $0.name < $1.name }
        let limit = query["MaxRecords"].value.map { Int($0) ?? 0 } ?? 100
        guard (20...100).contains(limit) else {
            throw AWSError("InvalidParameterValue", "Invalid value for MaxRecords. Must be between 20 and 100")
        }
        var start = 0
        if let marker = query["Marker"].value {
            guard let bytes = Base64.decodeURL(marker), let offset = Int(String(decoding: bytes, as: UTF8.self)),
                (0...all.count).contains(offset)
            else { throw AWSError("InvalidParameterValue", "The marker is not valid") }
            start = offset
        }
        let page = all.dropFirst(start).prefix(limit)
        let end = start + page.count
        let list = XMLElement("DBInstances", page.map(Self.element))
        return end < all.count ? [list, XMLElement("Marker", Base64.encodeURL(Array(String(end).utf8)))] : [list]
    }

    private static func element(_ database: DBInstance) -> XMLElement {
        var fields = [
            XMLElement("DBInstanceIdentifier", database.name), XMLElement("Engine", database.engine),
            XMLElement("DBInstanceStatus", database.port == nil ? "creating" : "available"),
            XMLElement("PubliclyAccessible", database.isPubliclyAccessible ? "true" : "false"),
            XMLElement(
                "VpcSecurityGroups",
                database.securityGroups.sorted().map {
                    XMLElement("VpcSecurityGroupMembership", [XMLElement("VpcSecurityGroupId", $0), XMLElement("Status", "active")])
                }),
        ]
        if let port = database.port {
            fields.append(
                XMLElement(
                    "Endpoint",
                    [XMLElement("Address", "\(database.name).example.rds.amazonaws.com"), XMLElement("Port", String(port))]))
        }
        return XMLElement("DBInstance", fields)
    }

    private static func query(_ request: WireRequest) -> QueryTree {
        var parameters = request.parameters
        if request.method == "POST" { parameters.append(WireParameters(query: String(decoding: request.body, as: UTF8.self))) }
        return QueryTree(parameters)
    }

    private static func headers(_ requestID: String) -> [(name: String, value: String)] {
        [("Content-Type", "text/xml"), ("x-amzn-RequestId", requestID)]
    }

    private static func refusal(_ error: AWSError, requestID: String) -> WireResponse {
        let root = XMLElement(
            "ErrorResponse",
            [
                XMLElement(
                    "Error",
                    [
                        XMLElement("Type", error.status >= 500 ? "Receiver" : "Sender"), XMLElement("Code", error.code),
                        XMLElement("Message", error.message),
                    ]), XMLElement("RequestId", requestID),
            ])
        return WireResponse(
            status: error.status, headers: headers(requestID), body: root.document(namespace: namespace), errorCode: error.code)
    }
}
