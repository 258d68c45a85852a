import Locking
package import Model

extension KubernetesClient {
    /// Nodes of one list at most: four times what Kubernetes supports in a cluster.
    private static let nodesLimit = 20_000

    /// Nodes a page. A Node is 10 to 20 kB, and reading it needs some times that: short pages bound the memory that a list takes at its
    /// peak. A long list, and the first one, whose length is not known, comes in long pages, for the sake of the server.
    private func pageLimit(_ selector: LabelSelector?) -> Int {
        guard let last = listed.withLock({ $0[selector?.query ?? ""] }), last <= 400 else { return 500 }
        return 25
    }

    /// All nodes that the selector matches; `nil` selects all. It is a consistent reading, never one of a cache.
    ///
    /// When the server no longer knows the snapshot that the pages are cut from (410), the list is read once more, whole, as
    /// client-go's pager does. Source: Kubernetes documentation, API concepts, "Retrieving large results sets in chunks".
    package func listNodes(_ selector: LabelSelector?) async throws(APIError) -> NodeList {
        var nodes: [Node] = []
        var token: String?
        let limit = pageLimit(selector)
        for _ in 0..<Self.nodesLimit / limit {
            let page: WireList<WireNode>
            do {
                page = try await answer(listCall(selector, limit: limit, token: token), as: WireList<WireNode>.self)
            } catch {
                guard token != nil, error.httpStatus == 410 else { throw error }
                return try await listWhole(selector)
            }
            guard page.isList else {
                throw unreadable("it is no list: neither its kind nor items are there", listCall(selector, limit: nil, token: nil))
            }
            nodes += (page.items ?? []).map(\.node)
            token = page.metadata.continue
            guard let next = token, !next.isEmpty else { return try list(nodes, page.metadata.resourceVersion, selector) }
        }
        throw unreadable("more than \(Self.nodesLimit / limit) pages of \(limit)", listCall(selector, limit: nil, token: nil))
    }

    private func listWhole(_ selector: LabelSelector?) async throws(APIError) -> NodeList {
        let call = listCall(selector, limit: nil, token: nil)
        let page = try await answer(call, as: WireList<WireNode>.self)
        guard page.isList else { throw unreadable("it is no list: neither its kind nor items are there", call) }
        if let token = page.metadata.continue, !token.isEmpty {
            throw unreadable("a list that was asked for whole came in pages", call)
        }
        return try list((page.items ?? []).map(\.node), page.metadata.resourceVersion, selector)
    }

    private func list(_ nodes: [Node], _ resourceVersion: String?, _ selector: LabelSelector?) throws(APIError) -> NodeList {
        let call = listCall(selector, limit: nil, token: nil)
        guard let resourceVersion, !resourceVersion.isEmpty else { throw unreadable("the list has no resourceVersion", call) }
        guard nodes.allSatisfy({ !$0.name.isEmpty && !$0.resourceVersion.isEmpty }) else {
            throw unreadable("a node has no name or no resourceVersion", call)
        }
        listed.withLock { $0[selector?.query ?? ""] = nodes.count }
        return NodeList(items: nodes, resourceVersion: resourceVersion)
    }

    private func listCall(_ selector: LabelSelector?, limit: Int?, token: String?) -> APICall {
        var call = APICall(
            permission: KubernetesPermissions.listNodes, resource: Self.describe(selector), method: "GET", path: "/api/v1/nodes")
        if let query = selector?.query, !query.isEmpty { call.query.append(("labelSelector", query)) }
        if let limit { call.query.append(("limit", String(limit))) }
        if let token { call.query.append(("continue", token)) }
        return call
    }

    static func describe(_ selector: LabelSelector?) -> String {
        guard let query = selector?.query, !query.isEmpty else { return "all nodes" }
        return "nodes with \(query)"
    }

    func unreadable(_ message: String, _ call: APICall) -> APIError { APIError(unreadable: message, status: 200, to: call) }

    /// One node. Source: Kubernetes API, `GET /api/v1/nodes/{name}`.
    package func getNode(_ name: String) async throws(APIError) -> Node {
        try await node(
            APICall(permission: KubernetesPermissions.getNode, resource: "node \(name)", method: "GET", path: Self.path(ofNode: name)))
    }

    /// Sets an annotation, or takes it off with `nil`, if the node is still as it was read.
    ///
    /// A JSON merge patch with the node's uid and resourceVersion: the server refuses it with 409 when the node has changed since
    /// or is another of the same name. Source: kubernetes/kubernetes issue 15416; RFC 7396 (null removes).
    ///
    /// - Parameter gate: asked before each request; closed, it ends the call with `lease-lost`.
    /// - Throws: `.reread` when the node has changed, and when the answer was lost (`mayHaveTakenEffect`).
    package func setAnnotation(_ key: String, to value: String?, on node: Node, gate: WriteGate) async throws(APIError) -> Node {
        try await patch(node, metadata: ["annotations": .object([key: JSONValue(value)])], gate: gate)
    }

    /// Takes off every taint of that key, whatever its effect, if the node is still as it was read; without one, nothing is sent.
    ///
    /// `spec.taints` is an atomic list: a patch replaces it whole. That is safe here only because the patch carries the
    /// resourceVersion of the very reading that the list comes from: had anyone added or removed a taint since, the server would
    /// answer 409 and change nothing. The other taints go back with all four fields of core/v1 Taint as they were read, `timeAdded`
    /// to the letter (it starts tolerationSeconds). JSON patch with `test` would do as well, but its refusal is a 422 that can't be
    /// told from a malformed patch.
    ///
    /// - Parameter gate: as `setAnnotation`.
    /// - Throws: as `setAnnotation`.
    package func removeTaint(_ key: String, from node: Node, gate: WriteGate) async throws(APIError) -> Node {
        let rest = node.taints.filter { $0.key != key }
        guard rest.count < node.taints.count else { return node }
        let taints: JSONValue = rest.isEmpty ? .null : .array(rest.map(Self.json))
        return try await patch(node, metadata: [:], spec: ["taints": taints], gate: gate)
    }

    private static func json(_ taint: Taint) -> JSONValue {
        var fields: [String: JSONValue] = ["key": .string(taint.key), "effect": .string(taint.effect)]
        if let value = taint.value { fields["value"] = .string(value) }
        if let timeAdded = taint.timeAdded { fields["timeAdded"] = .string(timeAdded) }
        return .object(fields)
    }

    private func patch(
        _ node: Node, metadata: [String: JSONValue], spec: [String: JSONValue]? = nil, gate: WriteGate
    ) async throws(APIError) -> Node {
        var metadata = metadata
        metadata["resourceVersion"] = .string(node.resourceVersion)
        metadata["uid"] = .string(node.uid)
        var body: [String: JSONValue] = ["metadata": .object(metadata)]
        if let spec { body["spec"] = .object(spec) }
        let call = APICall(
            permission: KubernetesPermissions.patchNode, resource: "node \(node.name)", method: "PATCH",
            path: Self.path(ofNode: node.name),
            contentType: APICall.mergePatch, body: .object(body), gate: gate)
        guard !node.resourceVersion.isEmpty, !node.uid.isEmpty else {
            throw APIError(
                api: .kubernetes, operation: call.permission.description, resource: call.resource, code: "no-precondition",
                message: "the node was read without a uid or a resourceVersion", disposition: .reread)
        }
        return try await self.node(call)
    }

    private func node(_ call: APICall) async throws(APIError) -> Node {
        let node = try await answer(call, as: WireNode.self).node
        guard !node.name.isEmpty, !node.resourceVersion.isEmpty else {
            throw APIError(unreadable: "the node has no name or no resourceVersion", status: 200, to: call)
        }
        return node
    }

    private static func path(ofNode name: String) -> String { "/api/v1/nodes/" + APICall.encode(name) }
}
