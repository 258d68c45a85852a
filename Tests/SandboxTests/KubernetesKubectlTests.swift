import Foundation
import Model
import Sandbox
import Testing

/// The real kubectl against the embedded API server. Skipped where no kubectl is on PATH.
@Suite(.enabled(if: Kubectl.program != nil, "kubectl is not on PATH"), .timeLimit(.minutes(5)))
struct KubernetesKubectlTests {
    /// kubectl sends no credentials over plain HTTP.
    let cluster = KubernetesCluster(anonymous: .init(name: "alice"))

    /// Serves the cluster and runs the body with a kubectl pointed at it.
    private func withKubectl(_ body: @Sendable @escaping (Kubectl) async throws -> Void) async throws {
        try await cluster.served { port in
            let kubectl = try Kubectl(port: port)
            defer { kubectl.remove() }
            try await body(kubectl)
        }
    }

    @Test func `get nodes prints the columns that a cluster prints`() async throws {
        try await withKubectl { kubectl in
            let plain = try await kubectl("get", "nodes")
            #expect(plain.errors == "")
            #expect(plain.output.split(separator: "\n").first?.split(separator: " ") == ["NAME", "STATUS", "ROLES", "AGE", "VERSION"])
            #expect(plain.output.split(separator: "\n").count == 4)
            let wide = try await kubectl("get", "nodes", "-o", "wide", "-l", "cloud.google.com/gke-nodepool in (egress)")
            #expect(wide.output.contains("EXTERNAL-IP") && wide.output.contains("34.1.2.3"))
            #expect(!wide.output.contains("node-3"))
        }
    }
}
