import HTTP
import Model
import Testing

@testable import Kubernetes

@Suite struct ConfigMapTests {
    private static let text =
        #"{"kind":"ConfigMap","metadata":{"name":"d-state","namespace":"ops","uid":"u","resourceVersion":"8"},"data":{"a.json":"{}"}}"#
    private static let map = ConfigMap(name: "d-state", namespace: "ops", resourceVersion: "8", data: ["a.json": "{}"])
    private static let path = "/api/v1/namespaces/ops/configmaps"

    @Test func `a ConfigMap is read, one without data too`() async throws {
        let transport = ScriptedTransport([
            .answer(200, Self.text), .answer(200, #"{"metadata":{"name":"e","namespace":"ops","resourceVersion":"9"}}"#),
        ])
        let client = KubernetesClient.scripted(transport)
        #expect(try await client.getConfigMap("d-state", namespace: "ops") == Self.map)
        #expect(try await client.getConfigMap("e", namespace: "ops").data == [:])
        #expect(await transport.targets == ["\(Self.path)/d-state", "\(Self.path)/e"])
    }

    @Test func `a patch names only the keys that it writes`() async throws {
        let transport = ScriptedTransport([.answer(200, Self.text), .answer(200, Self.text)])
        let client = KubernetesClient.scripted(transport)
        try await client.patchConfigMap("d-state", namespace: "ops", data: ["a.json": "{}"])
        try await client.patchConfigMap("d-state", namespace: "ops", data: ["b": "x"], resourceVersion: "8")
        #expect(await transport.methods == ["PATCH", "PATCH"])
        #expect(
            await transport.bodies == [
                #"{"data":{"a.json":"{}"}}"#, #"{"data":{"b":"x"},"metadata":{"resourceVersion":"8"}}"#,
            ])
        #expect(await transport.requests.allSatisfy { $0.headers["Content-Type"] == "application/merge-patch+json" })
    }

    @Test func `where there is none it is made`() async throws {
        let transport = ScriptedTransport([.status(404, "NotFound"), .answer(201, Self.text)])
        let made = try await KubernetesClient.scripted(transport).patchConfigMap("d-state", namespace: "ops", data: ["a.json": "{}"])
        #expect(made == Self.map)
        #expect(await transport.methods == ["PATCH", "POST"])
        #expect(
            await transport.bodies.last
                == #"{"apiVersion":"v1","data":{"a.json":"{}"},"kind":"ConfigMap","metadata":{"name":"d-state","namespace":"ops"}}"#)
    }

    @Test func `one that was written since it was read is read again`() async throws {
        let error = await failure { () throws(APIError) in
            try await KubernetesClient.scripted(ScriptedTransport([.status(409, "Conflict")]))
                .patchConfigMap("d-state", namespace: "ops", data: ["a": "b"], resourceVersion: "7")
        }
        #expect(error?.disposition == .reread && error?.resource == "configmap ops/d-state")
    }

    @Test func `a text that is too long is not sent, and nothing is while the gate is closed`() async throws {
        let transport = ScriptedTransport([])
        let client = KubernetesClient.scripted(transport)
        let long = String(repeating: "x", count: ConfigMap.textLimit + 1)
        let tooLong = await failure { () throws(APIError) in
            try await client.patchConfigMap("d-state", namespace: "ops", data: ["a": long])
        }
        #expect(tooLong?.code == "too-large" && tooLong?.disposition == .permanent)
        let closed = await failure { () throws(APIError) in
            try await client.patchConfigMap("d-state", namespace: "ops", data: ["a": "b"], gate: WriteGate { false })
        }
        #expect(closed?.code == WriteGate.code)
        #expect(await transport.requests.isEmpty)
    }
}
