package import Model

/// The metadata server of a Compute Engine instance, so far as credentials and places are asked of it.
///
/// Source: cloud.google.com/compute/docs/metadata/predefined-metadata-keys and querying-metadata.
package struct MetadataFrontEnd: FrontEnd {
    package let api = SandboxAPI.metadata

    package init() {}

    package func identify(_ request: WireRequest) -> WireCall {
        let path = Self.path(request).joined(separator: "/")
        let last = request.segments.last ?? ""
        return WireCall(operation: ["token", "identity"].contains(last) ? last : "get", resource: path)
    }

    package func refusal(status: Int, code: String, message: String, in world: inout World) -> WireResponse {
        Self.answer(message, status: status, code: code)
    }

    package func perform(
        _ call: WireCall, _ request: WireRequest, in world: inout World, now: Timestamp, received: Timestamp
    ) -> WireReply {
        let segments = request.segments
        if segments.isEmpty { return .answer(Self.answer("computeMetadata/\n")) }
        guard request.header("Metadata-Flavor") == "Google", request.header("X-Forwarded-For") == nil else {
            return .answer(Self.answer("Missing required header: Metadata-Flavor", status: 403, code: "forbidden"))
        }
        guard segments.starts(with: ["computeMetadata", "v1"]) else { return .answer(Self.missing) }
        return .answer(Self.value(Self.path(request), request, google: &world.google, now: now))
    }

    private static func path(_ request: WireRequest) -> [String] { Array(request.segments.dropFirst(2)) }

    private static func value(_ path: [String], _ request: WireRequest, google: inout GoogleWorld, now: Timestamp) -> WireResponse {
        let machine = google.machine
        switch path.first {
        case nil: return answer("instance/\nproject/\nuniverse/\n")
        case "project":
            switch path.dropFirst().first {
            case nil: return answer("attributes/\nnumeric-project-id\nproject-id\n")
            case "project-id": return answer(machine.project)
            case "numeric-project-id": return answer(String(machine.projectNumber))
            case "attributes": return answer("")
            default: return missing
            }
        case "universe": return path.count == 1 ? answer("universe-domain\n") : answer("googleapis.com")
        case "instance": return instance(Array(path.dropFirst()), request, google: &google, now: now)
        default: return missing
        }
    }

    private static func instance(_ path: [String], _ request: WireRequest, google: inout GoogleWorld, now: Timestamp) -> WireResponse {
        let machine = google.machine
        switch path {
        case []: return answer("attributes/\nhostname\nid\nname\nservice-accounts/\nzone\n")
        case ["zone"]: return answer("projects/\(machine.projectNumber)/zones/\(machine.zone)")
        case ["name"]: return answer(machine.name)
        case ["id"]: return answer(String(machine.id))
        case ["hostname"]: return answer("\(machine.name).\(machine.zone).c.\(machine.project).internal")
        case ["attributes"]: return answer("cluster-location\ncluster-name\n")
        case ["attributes", "cluster-name"]: return answer(machine.clusterName)
        case ["attributes", "cluster-location"]: return answer(machine.clusterLocation)
        case let path where path.first == "service-accounts":
            return accounts(Array(path.dropFirst()), request, google: &google, now: now)
        default: return missing
        }
    }

    private static func accounts(_ path: [String], _ request: WireRequest, google: inout GoogleWorld, now: Timestamp) -> WireResponse {
        let account = google.account
        let isRecursive = request.parameters["recursive"]?.lowercased() == "true"
        let scopes = ["https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/userinfo.email"]
        let whole: JSONValue = [
            "aliases": ["default"], "email": .string(account.email), "scopes": .array(scopes.map(JSONValue.string)),
        ]
        guard let name = path.first else {
            guard isRecursive else { return answer("\(account.email)/\ndefault/\n") }
            var all: JSONValue = ["default": whole]
            all[account.email] = whole
            return answer(all)
        }
        guard name == "default" || name == account.email else { return missing }
        switch path.dropFirst().first {
        case nil: return isRecursive ? answer(whole) : answer("aliases\nemail\nidentity\nscopes\ntoken\n")
        case "email": return answer(account.email)
        case "aliases": return answer("default")
        case "scopes": return answer(scopes.joined(separator: "\n") + "\n")
        case "token":
            let (token, expiresIn) = google.machineToken(now: now)
            return answer([
                "access_token": .string(token.exposed), "expires_in": .integer(expiresIn.milliseconds / 1000), "token_type": "Bearer",
            ])
        case "identity":
            guard let audience = request.parameters["audience"], !audience.isEmpty else {
                return answer("non-empty audience parameter required", status: 400, code: "badRequest")
            }
            let isFull = request.parameters["format"] == "full"
            guard let token = google.identityToken(audience: audience, isFull: isFull, now: now) else {
                return answer("identity tokens are not available", status: 500, code: "internal")
            }
            return answer(token)
        default: return missing
        }
    }

    private static var missing: WireResponse { answer("Not Found", status: 404, code: "notFound") }

    private static func answer(_ text: String, status: Int = 200, code: String? = nil) -> WireResponse {
        WireResponse(
            status: status, headers: headers("application/text"), body: Array(text.utf8), errorCode: code)
    }

    private static func answer(_ value: JSONValue) -> WireResponse {
        WireResponse(status: 200, headers: headers("application/json"), body: value.json)
    }

    private static func headers(_ contentType: String) -> [(name: String, value: String)] {
        [("Content-Type", contentType), ("Metadata-Flavor", "Google"), ("Server", "Metadata Server for VM")]
    }
}
