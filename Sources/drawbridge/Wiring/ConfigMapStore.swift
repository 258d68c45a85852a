import Alerting
import Kubernetes
import Model

/// What was told of alerts, in the ConfigMap beside the Lease.
struct ConfigMapStore: AlertStateStore {
    static let key = "alerts.json"

    let client: KubernetesClient
    let name: String
    /// Another replica may lead by now: what it keeps is not overwritten.
    let gate: WriteGate

    init(client: KubernetesClient, leaseName: String, mayWrite: @escaping @Sendable () -> Bool) {
        self.client = client
        name = KeptConfigMap.state(leaseName)
        gate = WriteGate(mayWrite)
    }

    func load() async throws(APIError) -> String? {
        do throws(APIError) {
            return try await client.getConfigMap(name, namespace: client.namespace).data[Self.key]
        } catch {
            guard error.isMissing else { throw error }
            return nil
        }
    }

    func save(_ text: String) async throws(APIError) {
        try await client.patchConfigMap(name, namespace: client.namespace, data: [Self.key: text], gate: gate)
    }
}
