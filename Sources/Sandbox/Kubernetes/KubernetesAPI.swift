package import Model

/// The Kubernetes API over HTTP, free of any HTTP framework: takes a request, answers from the store.
///
/// Server-side apply and protobuf are not spoken; an answer is JSON whatever else was asked for.
package struct KubernetesAPI: Sendable {
    package struct Settings: Hashable, Sendable {
        /// Between BOOKMARK events of a watch that asked for them.
        package var bookmarkInterval: Duration
        /// A watch that named no `timeoutSeconds` ends after this.
        package var watchTimeout: Duration
        /// Whether a watch from too old a resourceVersion answers HTTP 410, or HTTP 200 with an ERROR event; the API server does either.
        package var answersExpiredWatchWithStatus: Bool
        /// Of a request's body, in bytes.
        package var bodyLimit: Int

        package init(
            bookmarkInterval: Duration = .seconds(5), watchTimeout: Duration = .seconds(1800),
            answersExpiredWatchWithStatus: Bool = false, bodyLimit: Int = 3 << 20
        ) {
            self.bookmarkInterval = bookmarkInterval
            self.watchTimeout = watchTimeout
            self.answersExpiredWatchWithStatus = answersExpiredWatchWithStatus
            self.bodyLimit = bodyLimit
        }
    }

    package let access: any KubernetesAccess
    package let settings: Settings
    package let runtime: Runtime

    package init(access: any KubernetesAccess, settings: Settings, runtime: Runtime) {
        self.access = access
        self.settings = settings
        self.runtime = runtime
    }

    package func respond(to request: KubernetesRequest) async -> KubernetesReply {
        do throws(KubernetesStatus) {
            guard request.body.count <= settings.bodyLimit else { throw .tooLarge }
            guard let route = KubernetesRoute(path: request.path) else {
                _ = try authenticate(request)
                throw .unknownPath
            }
            return try respond(to: request, route)
        } catch {
            return KubernetesReply.failure(error)
        }
    }

    private func respond(to request: KubernetesRequest, _ route: KubernetesRoute) throws(KubernetesStatus) -> KubernetesReply {
        if route == .health { return .text("ok") }
        if route == .version { return .json(200, KubernetesDiscovery.version) }
        let user = try authenticate(request)
        switch route {
        case .resource(let resource, let namespace, let name, let isStatus):
            let call = ResourceCall(
                request: request, query: KubernetesQuery(request.query), user: user, resource: resource, namespace: namespace,
                name: name, isStatus: isStatus)
            return try respond(to: call)
        case .tokenReviews, .selfSubjectAccessReviews, .selfSubjectReviews:
            guard request.method == "POST" else { throw .methodNotAllowed(nil) }
            let body = try object(of: request)
            let authority = try access.read { store in store.authority }
            let answer: JSONValue =
                switch route {
                case .tokenReviews: tokenReview(body, authority)
                case .selfSubjectReviews: selfReview(user)
                default: accessReview(body, user, authority)
                }
            return .json(201, answer)
        default:
            guard request.method == "GET" else { throw .methodNotAllowed(nil) }
            return discovery(route, KubernetesRepresentation(accept: request.header("Accept")))
        }
    }

    /// Source: Kubernetes documentation, Authenticating.
    private func authenticate(_ request: KubernetesRequest) throws(KubernetesStatus) -> KubernetesAuthority.User {
        let authority = try access.read { store in store.authority }
        let scheme = "bearer "
        var user = authority.anonymous
        if let header = request.header("Authorization") {
            guard header.lowercased().hasPrefix(scheme) else { throw .unauthorized }
            user = authority.user(bearer: String(header.dropFirst(scheme.count).drop { $0 == " " }))
        }
        guard let user else { throw .unauthorized }
        return user
    }

    private func discovery(_ route: KubernetesRoute, _ representation: KubernetesRepresentation) -> KubernetesReply {
        func aggregated(_ groups: [String], or plain: JSONValue) -> KubernetesReply {
            guard case .aggregatedDiscovery(let version) = representation else { return .json(200, plain) }
            return .json(
                200, KubernetesDiscovery.aggregated(groups: groups, version: version),
                type: "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList")
        }
        return switch route {
        case .legacyRoot: aggregated([""], or: KubernetesDiscovery.legacyRoot)
        case .groups: aggregated(KubernetesRoute.groupNames, or: KubernetesDiscovery.groups)
        case .group(let name): .json(200, KubernetesDiscovery.group(name))
        case .resources(let group): .json(200, KubernetesDiscovery.resources(group: group))
        case .openAPIv2: .json(200, KubernetesOpenAPI.v2)
        case .openAPIv3: .json(200, KubernetesOpenAPI.v3)
        case .openAPIv3Group(let group): .json(200, KubernetesOpenAPI.v3(group: group))
        default: KubernetesReply.failure(.unknownPath)
        }
    }

    /// The body as JSON; kubectl turns YAML into JSON by itself.
    func object(of request: KubernetesRequest) throws(KubernetesStatus) -> JSONValue {
        let type = request.mediaType
        guard type.isEmpty || type == "application/json" else { throw .unsupportedMediaType(["application/json"]) }
        guard let value = JSONValue(json: request.body) else {
            throw .badRequest("the object provided is unrecognized (must be of type JSON): couldn't get version/kind; json parse error")
        }
        return value
    }
}
