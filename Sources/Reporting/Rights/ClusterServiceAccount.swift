/// A Kubernetes service account of a GKE cluster: whom AWS and Google Cloud know the pods as.
package struct ClusterServiceAccount: Hashable, Sendable {
    /// What the manifests' projected tokens are made for.
    package static let tokenAudience = "sts.amazonaws.com"

    package var project: String
    /// A region or a zone.
    package var location: String
    package var cluster: String
    package var namespace: String
    package var name: String

    package init(project: String, location: String, cluster: String, namespace: String, name: String) {
        self.project = project
        self.location = location
        self.cluster = cluster
        self.namespace = namespace
        self.name = name
    }

    /// Who signs the pods' tokens. Source: GKE REST reference, `projects.locations.clusters.well-known.getOpenid-configuration`.
    package var issuer: String {
        "https://container.googleapis.com/v1/projects/\(project)/locations/\(location)/clusters/\(cluster)"
    }

    /// As Workload Identity Federation for GKE names it in a project's IAM.
    /// Source: GKE documentation, "Authenticate to Google Cloud APIs from GKE workloads".
    package var workloadIdentityMember: String { "serviceAccount:\(project).svc.id.goog[\(namespace)/\(name)]" }

    package func trustPolicy(accountID: String, partition: String) -> AWSTrustPolicy {
        .clusterIssuer(
            issuer, audience: Self.tokenAudience, namespace: namespace, serviceAccount: name, accountID: accountID,
            partition: partition)
    }
}
