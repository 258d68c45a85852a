import Kubernetes
import Model
import Reporting

extension Doctor {
    /// Where Events about nodes go. Source: Kubernetes API, core/v1 Event: those of objects without a namespace are in `default`.
    private static let nodeEvents = "default"

    var needsNodes: Bool { policies.contains { $0.nodes != nil } }

    func clusterFindings() async -> [Finding] {
        switch clouds.kubernetes {
        case .failure(let error): [KubernetesDiagnosis.notConfigured("\(error)", needsNodes: needsNodes)]
        case .success(let client): KubernetesDiagnosis(await examine(client)).findings
        }
    }

    private func examine(_ client: KubernetesClient) async -> KubernetesExamination {
        let leaseName = leaseName
        async let version = questions.ask(.kubernetes, "version", on: client.server) { () async throws(APIError) in
            try await client.serverVersion()
        }
        async let caller = questions.ask(.kubernetes, "SelfSubjectReview", on: client.server) { () async throws(APIError) in
            try await client.callerName()
        }
        async let holder = questions.ask(.kubernetes, "get leases", on: leaseName) { () async throws(APIError) -> String? in
            try await LeaseAdapter(client: client, name: leaseName).lease()?.holderIdentity
        }
        let rights = await withTaskGroup(of: KubernetesExamination.Right.self) { tasks in
            for permission in KubernetesPermissions.used {
                for namespace in places(of: permission, client) {
                    for name in names(of: permission) { tasks.addTask { await right(permission, name, namespace, client) } }
                }
            }
            return await tasks.reduce(into: []) { $0.append($1) }
        }
        return KubernetesExamination(
            origin: client.origin, server: client.server, version: await version, caller: await caller, rights: rights,
            namespace: client.namespace, leaseName: leaseName, holder: await holder)
    }

    /// The namespaces in which a permission is used; `nil` stands for the whole cluster.
    private func places(of permission: KubernetesPermission, _ client: KubernetesClient) -> [String?] {
        switch permission.resource {
        case "nodes": [nil]
        case "events": Set([client.namespace, Self.nodeEvents]).sorted()
        default: [client.namespace]
        }
    }

    /// The objects that a permission is used on, which a role may name; `nil` stands for any, which is what a name can't limit.
    private func names(of permission: KubernetesPermission) -> [String?] {
        switch (permission.resource, permission.verb) {
        case (_, "create"): [nil]
        case ("leases", _): [leaseName]
        // What is kept over a restart, and what `run --dry-run` reports.
        case ("configmaps", _): [KeptConfigMap.state(leaseName), KeptConfigMap.report(leaseName)]
        default: [nil]
        }
    }

    private func right(
        _ permission: KubernetesPermission, _ name: String?, _ namespace: String?, _ client: KubernetesClient
    ) async -> KubernetesExamination.Right {
        let answer = await questions.ask(.kubernetes, "SelfSubjectAccessReview", on: "\(permission)") { () async throws(APIError) in
            let review = try await client.review(permission, namespace: namespace, name: name)
            return (isAllowed: review.isAllowed, reason: review.reason)
        }
        return KubernetesExamination.Right(
            permission: "\(permission)", namespace: namespace, name: name, need: need(permission), answer: answer)
    }

    private func need(_ permission: KubernetesPermission) -> KubernetesExamination.Right.Need {
        switch (permission.resource, permission.verb) {
        case ("nodes", _) where !needsNodes: .unused
        case ("nodes", "watch"), ("events", _), ("configmaps", _): .useful
        default: .needed
        }
    }
}
