import HTTP
import Model

@testable import Kubernetes

/// What an API server says of its caller: who it is, what it may do, which version answers.
enum ReviewsDriver {
    static func run(_ input: [UInt8]) async throws {
        try await call(input) { client throws(APIError) in _ = try await client.callerName() }
        try await call(input) { client throws(APIError) in _ = try await client.serverVersion() }
        for permission in KubernetesPermissions.used.prefix(2) {
            try await call(input) { client throws(APIError) in
                let review = try await client.review(permission, namespace: "drawbridge", name: "drawbridge")
                // Whatever the server writes, the answer is about what was asked.
                guard review.permission == permission, review.namespace == "drawbridge" else {
                    throw APIError(
                        api: .kubernetes, operation: "fuzz", resource: "review", code: "", message: "an answer to another question",
                        disposition: .permanent)
                }
            }
        }
    }

    private static func call(_ input: [UInt8], _ body: (KubernetesClient) async throws(APIError) -> Void) async throws {
        let transport = FuzzTransport(input)
        do throws(APIError) {
            try await body(.fuzzed(transport))
        } catch {
            try error.check(secrets: ["t0ken0fAPod"])
        }
        try transport.check()
    }
}
