import Kubernetes
import Model
import Testing

@Suite struct `Questions about the caller` {
    private let patchLease = KubernetesPermissions.used.first { $0.verb == "patch" && $0.resource == "leases" }!

    @Test func `a right is asked for with namespace and name, and answered`() async throws {
        let transport = ScriptedTransport([
            .answer(201, #"{"kind":"SelfSubjectAccessReview","status":{"allowed":true}}"#),
            .answer(201, #"{"status":{"allowed":false,"reason":"no RBAC policy matched"}}"#),
            .answer(201, #"{"status":{"allowed":true,"denied":true}}"#),
        ])
        let client = KubernetesClient.scripted(transport)
        let allowed = try await client.review(patchLease, namespace: "ns", name: "drawbridge")
        #expect(allowed.isAllowed && allowed.namespace == "ns")
        let refused = try await client.review(KubernetesPermissions.used[0], namespace: nil, name: nil)
        #expect(!refused.isAllowed && refused.reason == "no RBAC policy matched")
        #expect(try await !client.review(patchLease, namespace: nil, name: nil).isAllowed)
        #expect(await transport.methods == ["POST", "POST", "POST"])
        #expect(await Set(transport.targets) == ["/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"])
        let body = await transport.bodies[0]
        #expect(
            body.contains(
                #""resourceAttributes":{"group":"coordination.k8s.io","name":"drawbridge","namespace":"ns","resource":"leases","verb":"patch"}"#
            ), "\(body)")
    }

    @Test func `the caller's name and the server's version are read`() async throws {
        let transport = ScriptedTransport([
            .answer(201, #"{"kind":"SelfSubjectReview","status":{"userInfo":{"username":"system:serviceaccount:a:b","groups":["g"]}}}"#),
            .answer(200, #"{"major":"1","minor":"32","gitVersion":"v1.32.4"}"#),
        ])
        let client = KubernetesClient.scripted(transport)
        #expect(try await client.callerName() == "system:serviceaccount:a:b")
        #expect(try await client.serverVersion() == "v1.32.4")
        #expect(await transport.targets == ["/apis/authentication.k8s.io/v1/selfsubjectreviews", "/version"])
    }

    @Test(arguments: [(404, "NotFound"), (403, "Forbidden")])
    func `a server that does not tell is an error that says so`(_ answer: (Int, String)) async throws {
        let client = KubernetesClient.scripted(ScriptedTransport([.status(answer.0, answer.1)]))
        let error = await #expect(throws: APIError.self) { _ = try await client.callerName() }
        #expect(error?.isMissing == (answer.0 == 404) && error?.isDenied == (answer.0 == 403))
    }

    /// As a server answers that has no such API: in plain text, by no Status. Source: apiserver, `NotFoundHandler`.
    @Test func `a server without that API is one that does not tell`() async throws {
        let client = KubernetesClient.scripted(ScriptedTransport([.answer(404, "404 page not found\n")]))
        let error = await #expect(throws: APIError.self) { _ = try await client.callerName() }
        #expect(error?.isMissing == true)
    }

    @Test func `an answer without a verdict is none`() async throws {
        let client = KubernetesClient.scripted(ScriptedTransport([.answer(201, #"{"status":{}}"#)]))
        let error = await #expect(throws: APIError.self) { _ = try await client.review(patchLease, namespace: nil, name: nil) }
        #expect(error?.code == "unreadable-answer")
    }
}
