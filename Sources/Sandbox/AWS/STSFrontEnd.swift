package import Model

/// The Security Token Service's Query API, version 2011-06-15.
///
/// Source: STS API Reference.
package struct STSFrontEnd: FrontEnd {
    package let api = SandboxAPI.sts
    private static let namespace = "https://sts.amazonaws.com/doc/2011-06-15/"

    private let authentication = AWSAuthentication(.sts)

    package init() {}

    package func identify(_ request: WireRequest) -> WireCall {
        let query = Self.query(request)
        return WireCall(operation: query["Action"].value ?? "unknown", resource: query["RoleArn"].value ?? "")
    }

    package func refusal(status: Int, code: String, message: String, in world: inout World) -> WireResponse {
        Self.refusal(AWSError(code, message, status: status), requestID: world.random.uuid())
    }

    package func perform(
        _ call: WireCall, _ request: WireRequest, in world: inout World, now: Timestamp, received: Timestamp
    ) -> WireReply {
        let requestID = world.random.uuid()
        do throws(AWSError) {
            let query = Self.query(request)
            let result: [XMLElement]
            switch call.operation {
            case "GetCallerIdentity":
                let caller = try authenticate(call, request, world: world, now: now)
                result = [
                    XMLElement("Arn", caller.arn), XMLElement("UserId", caller.userID), XMLElement("Account", caller.account),
                ]
            case "AssumeRole":
                let caller = try authenticate(call, request, world: world, now: now)
                result = try assumeRole(query, caller: caller, aws: &world.aws, now: now)
            case "AssumeRoleWithWebIdentity": result = try assumeWithWebIdentity(query, aws: &world.aws, now: now)
            default:
                throw AWSError("InvalidAction", "Could not find operation \(call.operation) for version 2011-06-15")
            }
            let root = XMLElement(
                call.operation + "Response",
                [
                    XMLElement(call.operation + "Result", result),
                    XMLElement("ResponseMetadata", [XMLElement("RequestId", requestID)]),
                ])
            return .answer(
                WireResponse(status: 200, headers: Self.headers(requestID), body: root.document(namespace: Self.namespace)))
        } catch {
            return .answer(Self.refusal(error, requestID: requestID))
        }
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
        let type = error.status >= 500 ? "Receiver" : "Sender"
        let root = XMLElement(
            "ErrorResponse",
            [
                XMLElement(
                    "Error",
                    [XMLElement("Type", type), XMLElement("Code", error.code), XMLElement("Message", error.message)]),
                XMLElement("RequestId", requestID),
            ])
        return WireResponse(
            status: error.status, headers: headers(requestID), body: root.document(namespace: namespace), errorCode: error.code)
    }

    private func authenticate(_ call: WireCall, _ request: WireRequest, world: World, now: Timestamp)
        throws(AWSError) -> AWSIdentity.Credential
    {
        let (credential, _) = try authentication.verify(request, identity: world.aws, now: now)
        guard credential.may("sts:\(call.operation)") else { throw Self.denied(call.operation, credential.arn, call.resource) }
        return credential
    }

    private static func denied(_ operation: String, _ arn: String, _ resource: String) -> AWSError {
        AWSError(
            "AccessDenied", "User: \(arn) is not authorized to perform: sts:\(operation) on resource: \(resource)", status: 403)
    }

    private func assumeRole(_ query: QueryTree, caller: AWSIdentity.Credential, aws: inout AWSIdentity, now: Timestamp)
        throws(AWSError) -> [XMLElement]
    {
        let arn = query["RoleArn"].value ?? ""
        guard let role = aws.roles[arn], role.trustedAccounts.contains(caller.account),
            role.externalID == nil || role.externalID == query["ExternalId"].value
        else { throw Self.denied("AssumeRole", caller.arn, arn) }
        let session = aws.session(
            role, name: try Self.sessionName(query), lifetime: try Self.lifetime(query), now: now)
        return Self.elements(session)
    }

    /// The token's signature is not checked: the embedded cloud knows no issuer's keys. Issuer, audience, subject and end are.
    private func assumeWithWebIdentity(_ query: QueryTree, aws: inout AWSIdentity, now: Timestamp) throws(AWSError) -> [XMLElement] {
        guard let token = query["WebIdentityToken"].value.flatMap(JSONWebToken.init), let issuer = token.claims["iss"]?.string else {
            throw AWSError(
                "InvalidIdentityToken", "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
        }
        guard let end = token.seconds("exp"), end > now.millisecondsSinceEpoch / 1000 else {
            throw AWSError("ExpiredTokenException", "Token expired: current date/time must be before the expiration date/time")
        }
        guard aws.roles.values.contains(where: { $0.trustedIdentities.contains { $0.issuer == issuer } }) else {
            throw AWSError("InvalidIdentityToken", "No OpenIDConnect provider found in your account for \(issuer)")
        }
        let subject = token.claims["sub"]?.string ?? ""
        let role = aws.roles[query["RoleArn"].value ?? ""]
        let isTrusted = role?.trustedIdentities.contains { identity in
            identity.issuer == issuer && (identity.audience.map(token.audiences.contains) ?? true)
                && (identity.subject ?? subject) == subject
        }
        guard let role, isTrusted == true else {
            throw AWSError("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", status: 403)
        }
        let session = aws.session(
            role, name: try Self.sessionName(query), lifetime: try Self.lifetime(query), now: now)
        return Self.elements(session) + [
            XMLElement("SubjectFromWebIdentityToken", subject), XMLElement("Audience", token.audiences.first ?? ""),
            XMLElement("Provider", issuer),
        ]
    }

    private static func sessionName(_ query: QueryTree) throws(AWSError) -> String {
        let name = query["RoleSessionName"].value ?? ""
        let isValid =
            name.utf8.count >= 2 && name.utf8.count <= 64
            && name.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789+=,.@-_".unicodeScalars.contains($0))
            }
        guard isValid else {
            throw AWSError(
                "ValidationError",
                "1 validation error detected: Value at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular "
                    + "expression pattern: [\\w+=,.@-]*")
        }
        return name
    }

    /// 900 seconds to 12 hours; an hour by default.
    private static func lifetime(_ query: QueryTree) throws(AWSError) -> Duration {
        let seconds = query["DurationSeconds"].value.map { Int($0) ?? 0 } ?? 3600
        guard (900...43_200).contains(seconds) else {
            throw AWSError("ValidationError", "Value at 'durationSeconds' must be between 900 and 43200")
        }
        return .seconds(seconds)
    }

    private static func elements(_ session: AWSIdentity.Credential) -> [XMLElement] {
        [
            XMLElement(
                "Credentials",
                [
                    XMLElement("AccessKeyId", session.accessKeyID), XMLElement("SecretAccessKey", session.secret.exposed),
                    XMLElement("SessionToken", session.sessionToken?.exposed ?? ""),
                    XMLElement("Expiration", session.expiresAt?.rfc3339 ?? ""),
                ]),
            XMLElement(
                "AssumedRoleUser", [XMLElement("AssumedRoleId", session.userID), XMLElement("Arn", session.arn)]),
        ]
    }
}
