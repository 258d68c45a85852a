package import Model

/// Compute Engine's REST API v1.
///
/// Source: the compute v1 discovery document, as shipped with google-api-python-client 2.202.0.
package struct ComputeFrontEnd: FrontEnd {
    package let api = SandboxAPI.compute

    package init() {}

    package func identify(_ request: WireRequest) -> WireCall {
        request.segments.first == "batch" ? WireCall(operation: "batch", resource: "") : ComputeRoute(request).call
    }

    package func refusal(status: Int, code: String, message: String, in world: inout World) -> WireResponse {
        ComputeError(
            status: status, reason: code, message: message, domain: code == "rateLimitExceeded" ? "usageLimits" : "global"
        ).response
    }

    package func perform(
        _ call: WireCall, _ request: WireRequest, in world: inout World, now: Timestamp, received: Timestamp
    ) -> WireReply {
        if let batch = ComputeBatch(request) { return perform(batch, in: &world, now: now) }
        do throws(ComputeError) {
            let user = try Self.authenticate(request, world: world, now: now)
            let route = ComputeRoute(request)
            if let project = route.project {
                try world.compute.checkProject(project)
                if received == now { try world.compute.countCall(project: project, now: now) }
            }
            world.compute.advance(to: now)
            return try answer(route, request, user: user, compute: &world.compute, now: now, received: received)
        } catch {
            return .answer(error.response)
        }
    }

    /// Each call by itself. A long poll in a batch tells the state at once, and a fault that ends the connection ends the batch's.
    private func perform(_ batch: ComputeBatch, in world: inout World, now: Timestamp) -> WireReply {
        var answers: [(contentID: String, response: WireResponse)] = []
        for part in batch.parts {
            var reply = reply(to: part.request, in: &world, now: now, received: now)
            if case .again = reply {
                let long = now + (.zero - world.compute.settings.waitLimit)
                reply = perform(identify(part.request), part.request, in: &world, now: now, received: long)
            }
            switch reply {
            case .answer(let response), .answerAt(_, let response): answers.append((part.contentID, response))
            case .again, .hangUp: return .hangUp
            }
        }
        return .answer(ComputeBatch.response(answers, boundary: "batch_\(world.random.hex(24))"))
    }

    /// Source: answers of googleapis.com to requests without, and with a stale, access token.
    private static func authenticate(_ request: WireRequest, world: World, now: Timestamp) throws(ComputeError) -> String {
        guard let token = request.bearerToken else {
            throw ComputeError(
                status: 401, reason: "required",
                message: "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other "
                    + "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
                word: "UNAUTHENTICATED")
        }
        guard let holder = world.google.holder(of: token, now: now) else {
            throw ComputeError(
                status: 401, reason: "authError",
                message: "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
                    + "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
                word: "UNAUTHENTICATED")
        }
        return holder
    }

    private func answer(
        _ route: ComputeRoute, _ request: WireRequest, user: String, compute: inout ComputeWorld, now: Timestamp, received: Timestamp
    ) throws(ComputeError) -> WireReply {
        if let permission = route.permission, compute.deniedPermissions.contains(permission) {
            throw .forbidden(permission, on: route.call.resource)
        }
        let caller = ComputeWorld.Caller(user: user, requestID: request.parameters["requestId"])
        switch route.target {
        case .project, .regions, .region, .zones, .zone:
            return .answer(.json(try place(route.target, compute: compute)))
        case .addresses, .aggregatedAddresses, .instances, .aggregatedInstances, .operations, .aggregatedOperations:
            return .answer(.json(try list(route.target, request, compute: compute)))
        case .address(let reference, let verb):
            return .answer(.json(try address(reference, verb, request, caller: caller, compute: &compute, now: now)))
        case .instance(let reference, let verb):
            return .answer(.json(try instance(reference, verb, request, caller: caller, compute: &compute, now: now)))
        case .subnetwork(let project, let region, let name):
            try compute.checkRegion(region, project: project)
            guard name == ComputeInstance.subnetwork else { throw .notFound(route.call.resource) }
            return .answer(.json(try Self.permissions(request, compute)))
        case .operation(let project, let scope, let name, let waits):
            let operation = try compute.operation(project: project, scope: scope, name: name)
            let limit = received + compute.settings.waitLimit
            if waits, !operation.isDone, now < limit { return .again(at: min(operation.dueAt, limit)) }
            return .answer(.json(operation.json(links: compute.links)))
        case .unknown:
            throw ComputeError(status: 404, reason: "notFound", message: "The requested URL \(request.path) was not found.")
        }
    }

    private func address(
        _ reference: AddressReference, _ verb: ComputeRoute.Verb, _ request: WireRequest, caller: ComputeWorld.Caller,
        compute: inout ComputeWorld, now: Timestamp
    ) throws(ComputeError) -> JSONValue {
        let links = compute.links
        switch verb {
        case .get: return try compute.address(reference).json(links: links)
        case .delete: return try compute.deleteAddress(reference, caller: caller, now: now).json(links: links)
        case .insert:
            let (name, wanted) = try Self.addressRequest(Self.body(request))
            let reference = AddressReference(project: reference.project, region: reference.region, name: name)
            return try compute.insertAddress(reference, wanted, caller: caller, now: now).json(links: links)
        case .setLabels:
            let body = try Self.body(request)
            let labels = (body["labels"]?.object ?? [:]).compactMapValues(\.string)
            return try compute.setLabels(
                labels, fingerprint: body["labelFingerprint"]?.string ?? "", on: reference, caller: caller, now: now
            ).json(links: links)
        case .testIamPermissions:
            _ = try compute.address(reference)
            return try Self.permissions(request, compute)
        case .addAccessConfig, .deleteAccessConfig: throw .notFound(request.path)
        }
    }

    private func instance(
        _ reference: InstanceReference, _ verb: ComputeRoute.Verb, _ request: WireRequest, caller: ComputeWorld.Caller,
        compute: inout ComputeWorld, now: Timestamp
    ) throws(ComputeError) -> JSONValue {
        let links = compute.links
        let interface = request.parameters["networkInterface"] ?? ""
        switch verb {
        case .get: return try compute.find(reference).json(links: links)
        case .delete: return try compute.deleteInstance(reference, caller: caller, now: now).json(links: links)
        case .addAccessConfig:
            let config = try Self.accessConfig(Self.body(request))
            return try compute.addAccessConfig(
                config, to: reference, networkInterface: interface, caller: caller, now: now
            ).json(links: links)
        case .deleteAccessConfig:
            guard let name = request.parameters["accessConfig"], !name.isEmpty else {
                throw ComputeError(status: 400, reason: "required", message: "Required field 'accessConfig' not specified")
            }
            return try compute.deleteAccessConfig(
                name, from: reference, networkInterface: interface, caller: caller, now: now
            ).json(links: links)
        case .testIamPermissions:
            _ = try compute.find(reference)
            return try Self.permissions(request, compute)
        case .insert, .setLabels: throw .notFound(request.path)
        }
    }

    private static func permissions(_ request: WireRequest, _ compute: ComputeWorld) throws(ComputeError) -> JSONValue {
        let asked = try body(request)["permissions"]?.array?.compactMap(\.string) ?? []
        return ["permissions": .array(asked.filter { !compute.deniedPermissions.contains($0) }.map(JSONValue.string))]
    }

    private static func body(_ request: WireRequest) throws(ComputeError) -> JSONValue {
        if request.body.isEmpty { return [:] }
        guard let value = JSONValue(json: request.body), value.object != nil else {
            throw ComputeError(status: 400, reason: "parseError", message: "Parse Error")
        }
        return value
    }

    private static func accessConfig(_ body: JSONValue) throws(ComputeError) -> AccessConfig {
        let text = body["natIP"]?.string
        let ip = text.flatMap { IPAddress($0) }
        if let text, !text.isEmpty, ip == nil {
            throw .invalid(field: "resource.natIP", value: text, "Must be a valid IPv4 address.")
        }
        return AccessConfig(
            name: body["name"]?.string ?? "External NAT", type: body["type"]?.string ?? AccessConfig.oneToOneNAT, natIP: ip,
            networkTier: try tier(body))
    }

    private static func tier(_ body: JSONValue) throws(ComputeError) -> NetworkTier? {
        guard let text = body["networkTier"]?.string else { return nil }
        guard let tier = NetworkTier(rawValue: text) else {
            throw .invalid(field: "resource.networkTier", value: text, "Must be PREMIUM or STANDARD.")
        }
        return tier
    }

    private static func addressRequest(_ body: JSONValue) throws(ComputeError) -> (String, ComputeWorld.AddressRequest) {
        let name = body["name"]?.string ?? ""
        let characters = Array(name.utf8)
        let isName =
            (1...63).contains(characters.count) && characters[0] >= 0x61 && characters[0] <= 0x7A && characters.last != 0x2D
            && characters.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        guard isName else {
            throw .invalid(
                field: "resource.name", value: name,
                "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'")
        }
        let wanted = ComputeWorld.AddressRequest(
            ip: body["address"]?.string.flatMap { IPAddress($0) },
            kind: ComputeAddress.Kind(rawValue: body["addressType"]?.string ?? "EXTERNAL") ?? .external,
            tier: try tier(body) ?? .premium, labels: (body["labels"]?.object ?? [:]).compactMapValues(\.string),
            description: body["description"]?.string ?? "")
        return (name, wanted)
    }
}
