import Kubernetes
import Model
import Sandbox

/// Calls of the API server as `APIServer.send` makes them, and the edits of nodes as `NodeEdits` does.
extension Replica {
    /// - Parameters:
    ///   - limit: of one request, and no more than 20 s for all of them.
    ///   - gated: whether the lease is asked for before each request.
    func kubernetes<Value>(
        _ kind: CallKind, _ resource: String, limit: Int, gated: Bool, _ token: Cancellation, sending: @escaping () -> Void = {},
        effect: @escaping (Bend) -> Result<Value, Refusal>, done: @escaping (Result<Value, APIError>) -> Void
    ) {
        var retry = Retry(policy: KubernetesRetries.policy(limit: .milliseconds(limit)), start: sim.instant)
        let term = losses
        func send(after previous: APIError?, _ outcome: Outcome? = nil) {
            if let closed = gated ? gate(.kubernetes, kind, resource, term, after: previous) : nil { return done(.failure(closed)) }
            sending()
            if let outcome { sim.note(.repeats(number, epoch, kind, resource, outcome)) }
            sim.attempt(kind, resource, from: self, limit: limit, effect: effect) { [unowned self] answer in
                let error: APIError
                switch answer {
                case .value(let value): return done(.success(value))
                case .refused(let refusal): error = Self.error(kind, resource, refusal)
                case .broken(let received): error = Self.broken(kind, resource, received: received)
                }
                guard !token.isCancelled else { return done(.failure(error)) }
                let decision = retry.decide(after: error.disposition, now: sim.instant, unit: unit(), budget: &clients[kind.purse])
                guard case .again(let delay) = decision else { return done(.failure(error)) }
                let outcome = Outcome(answer, kind, at: sim.now)
                after(Int(delay.milliseconds)) {
                    if token.isCancelled { done(.failure(error)) } else { send(after: error, outcome) }
                }
            }
        }
        send(after: nil)
    }

    private static func error(_ kind: CallKind, _ resource: String, _ refusal: Refusal) -> APIError {
        let (disposition, effect) = APIError.kubernetesDisposition(
            status: refusal.status, reason: refusal.code, retryAfter: refusal.retryAfter, isWrite: kind.writes)
        return APIError(
            api: .kubernetes, operation: kind.operation, resource: resource, code: refusal.code, httpStatus: refusal.status,
            message: refusal.message,
            disposition: disposition, mayHaveTakenEffect: effect)
    }

    /// As `APIError.init(_: HTTPError, to:)`.
    private static func broken(_ kind: CallKind, _ resource: String, received: Bool) -> APIError {
        let effect = kind.writes && received
        return APIError(
            api: .kubernetes, operation: kind.operation, resource: resource, code: received ? "interrupted" : "connect", message: "",
            disposition: effect ? .reread : .retry(after: nil), mayHaveTakenEffect: effect)
    }

    /// What a closed gate makes of a write; `nil` while this replica may write. What goes out is written into the ledger.
    func gate(_ api: APIError.API, _ kind: CallKind, _ resource: String, _ term: Int, after previous: APIError?) -> APIError? {
        let isOpen = mayWrite && losses == term
        do throws(APIError) {
            try WriteGate({ isOpen }).pass(api, kind.operation, on: resource, after: previous)
        } catch {
            sim.trace.add(sim.now, 3, kind.index, "\(name) does not send \(kind.rawValue) \(resource): no lease")
            return error
        }
        sim.note(.sends(number, epoch, kind, resource))
        return nil
    }

    /// As `KubernetesClient.listNodes`: pages are cut from one snapshot, and when the server has forgotten that, the list is read whole.
    func listNodes(
        _ selector: LabelSelector?, _ what: String, _ token: Cancellation, _ done: @escaping (Result<NodeList, APIError>) -> Void
    ) {
        func first(_ size: Int) {
            var version = 0
            kubernetes(.listNodes, what, limit: 30_000, gated: false, token) { [sim] _ in
                version = sim.world.kubernetes.resourceVersion
                return .success(sim.nodes(selector))
            } done: { (result: Result<[Node], APIError>) in
                switch result {
                case .success(let nodes):
                    further(
                        NodeList(items: nodes, resourceVersion: String(version)), version,
                        pages: size > 0 ? (nodes.count + size - 1) / size : 1)
                case .failure(let error): done(.failure(error))
                }
            }
        }
        func further(_ list: NodeList, _ version: Int, pages: Int) {
            guard pages > 1 else { return done(.success(list)) }
            kubernetes(.listNodes, "\(what), continued", limit: 30_000, gated: false, token) { [sim] _ in
                version < sim.world.kubernetes.compactedResourceVersion ? .failure(Refusal(410, "Expired")) : .success(())
            } done: { (result: Result<Void, APIError>) in
                switch result {
                case .success: further(list, version, pages: pages - 1)
                case .failure(let error) where error.httpStatus == 410: first(0)
                case .failure(let error): done(.failure(error))
                }
            }
        }
        first(sim.scenario[.page])
    }

    private func getNode(_ name: String, _ token: Cancellation, _ done: @escaping (Result<Node, APIError>) -> Void) {
        kubernetes(.getNode, name, limit: 30_000, gated: false, token) { [sim] _ in
            guard let object = sim.world.kubernetes.object(.nodes, KubernetesObjectKey(name: name)) else {
                return .failure(Refusal(404, "NotFound"))
            }
            return .success(sim.reading.node(object))
        } done: {
            done($0)
        }
    }

    private func patch(
        _ kind: CallKind, _ node: Node, _ body: JSONValue, _ token: Cancellation, _ done: @escaping (Result<Void, APIError>) -> Void
    ) {
        var body = body
        body[path: ["metadata", "resourceVersion"]] = .string(node.resourceVersion)
        body[path: ["metadata", "uid"]] = .string(node.uid)
        let patch = body
        kubernetes(kind, node.name, limit: 30_000, gated: true, token) { [sim] _ in
            do throws(KubernetesStatus) {
                _ = try sim.world.kubernetes.patch(.nodes, namespace: nil, name: node.name, isStatus: false, .merge(patch))
                return .success(())
            } catch {
                return .failure(Refusal(error.code, error.reason, error.message))
            }
        } done: {
            done($0)
        }
    }

    // MARK: NodeEdits

    func replaceClaim(on node: Node, expected: SwapClaim?, with claim: SwapClaim?, _ done: @escaping (Result<Void, APIError>) -> Void) {
        let isCurrent = node.claim == expected && !node.hasUnreadableClaim
        edit(.setClaim, node, readsFirst: !isCurrent) { [unowned self] current, token, finish in
            if current.claim == claim && !current.hasUnreadableClaim { return finish(.success(())) }
            guard current.claim == expected, !current.hasUnreadableClaim else { return finish(.failure(Self.conflict(node))) }
            let value: JSONValue = claim.map { .string($0.json) } ?? .null
            patch(.setClaim, current, ["metadata": ["annotations": [Node.Annotation.claim: value]]], token, finish)
        } done: {
            done($0)
        }
    }

    func removeTaint(_ key: String, from node: Node, _ done: @escaping (Result<Void, APIError>) -> Void) {
        edit(.removeTaint, node, readsFirst: false) { [unowned self] current, token, finish in
            guard current.taints.contains(where: { $0.key == key }) else { return finish(.success(())) }
            guard current.instanceID == node.instanceID else { return finish(.failure(Self.conflict(node))) }
            let rest = current.taints.filter { $0.key != key }
            let taints: JSONValue = rest.isEmpty ? .null : .array(rest.map(NodeReading.json))
            patch(.removeTaint, current, ["spec": ["taints": taints]], token, finish)
        } done: {
            done($0)
        }
    }

    private func edit(
        _ kind: CallKind, _ node: Node, readsFirst: Bool,
        _ attempt: @escaping (Node, Cancellation, @escaping (Result<Void, APIError>) -> Void) -> Void,
        done: @escaping (Result<Void, APIError>) -> Void
    ) {
        let token = Cancellation()
        let term = losses
        func reread(_ next: @escaping (Node) -> Void) {
            getNode(node.name, token) { result in
                switch result {
                case .failure(let error): done(.failure(error))
                case .success(let current): if current.uid == node.uid { next(current) } else { done(.failure(Self.conflict(node))) }
                }
            }
        }
        func round(_ number: Int, _ current: Node) {
            let isOpen = mayWrite && losses == term
            do throws(APIError) {
                try WriteGate({ isOpen }).pass(.kubernetes, "patch node", on: node.name, after: nil)
            } catch {
                return done(.failure(error))
            }
            attempt(current, token) { result in
                guard case .failure(let error) = result, error.disposition == .reread, error.code != "claim-conflict", number < 8 else {
                    return done(result)
                }
                reread { round(number + 1, $0) }
            }
        }
        if readsFirst { reread { round(1, $0) } } else { round(1, node) }
    }

    private static func conflict(_ node: Node) -> APIError {
        APIError(
            api: .kubernetes, operation: "patch node", resource: node.name, code: "claim-conflict", message: "", disposition: .permanent)
    }
}

extension Simulator {
    func nodes(_ selector: LabelSelector?) -> [Node] {
        let all = (world.kubernetes.objects[.nodes] ?? [:]).values.map { reading.node($0) }
        return all.filter { selector?.matches($0.labels) ?? true }.sorted { $0.name < $1.name }
    }
}
