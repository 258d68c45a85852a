package import Model

extension KubernetesClient {
    /// Needed for `--require-token` only, so no part of `KubernetesPermissions.used`: the role `system:auth-delegator` has it.
    private static let createTokenReview = KubernetesPermission(
        verb: "create", apiGroup: "authentication.k8s.io", resource: "tokenreviews")

    /// Whose token this is, as the API server has it; `nil` for one that it does not know.
    ///
    /// Source: Kubernetes API, authentication.k8s.io/v1 TokenReview.
    package func reviewToken(_ token: Secret) async throws(APIError) -> String? {
        var call = APICall(
            permission: Self.createTokenReview, resource: "the token of a request", method: "POST",
            path: "/apis/authentication.k8s.io/v1/tokenreviews")
        call.contentType = APICall.json
        call.body = [
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": ["token": .string(token.exposed)],
        ]
        call.timeLimit = .seconds(5)
        let status = try await answer(call, as: WireTokenReview.self).status
        guard status.authenticated ?? false, status.error?.isEmpty ?? true else { return nil }
        return status.user?.username ?? ""
    }
}

private struct WireTokenReview: Decodable {
    struct Status: Decodable {
        struct User: Decodable {
            var username: String?
        }

        var authenticated: Bool?
        var user: User?
        var error: String?
    }

    var status: Status
}
