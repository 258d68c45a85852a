import Kubernetes
import Model
import Reconciliation

/// The Kubernetes client as the election's port.
struct LeaseAdapter: LeasePort {
    let client: KubernetesClient
    let name: String

    func lease() async throws(APIError) -> Lease? {
        do throws(APIError) {
            return try await client.getLease(name, namespace: client.namespace)
        } catch {
            guard error.isMissing else { throw error }
            return nil
        }
    }

    func create(_ lease: Lease) async throws(APIError) -> Lease { try await client.createLease(lease) }
    func update(_ lease: Lease) async throws(APIError) -> Lease {
        try await client.updateLease(lease, annotations: [Election.approvalAnnotation])
    }
}
