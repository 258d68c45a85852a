import Commands
import HTTP
import Model

@testable import Kubernetes

/// Lists, objects and Status answers of the API server.
enum KubernetesDriver {
    static func run(_ input: [UInt8]) async throws {
        var nodes: [Node] = []
        try await call(input) { client throws(APIError) in
            let list = try await client.listNodes(.nodePools(["egress"]))
            nodes += list.items
        }
        try await call(input) { client throws(APIError) in
            nodes.append(try await client.getNode("node-1"))
        }
        for node in nodes.prefix(3) {
            try require(!node.name.isEmpty && !node.resourceVersion.isEmpty, "a node without a name or a resourceVersion")
            if let claim = node.claim { try require(SwapClaim(json: claim.json) == claim, "a claim that changes when it is written") }
            try await call(input) { client throws(APIError) in
                _ = try await client.setAnnotation("drawbridge.dev/claim", to: "x", on: node, gate: WriteGate { true })
            }
            try await call(input) { client throws(APIError) in
                _ = try await client.removeTaint(node.taints.first?.key ?? "t", from: node, gate: WriteGate { true })
            }
        }
        var lease: Lease?
        try await call(input) { client throws(APIError) in
            lease = try await client.getLease("drawbridge", namespace: "default")
        }
        guard let read = lease else { return }
        try await call(input) { client throws(APIError) in
            _ = try await client.updateLease(read)
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

extension KubernetesClient {
    static func fuzzed(_ transport: FuzzTransport) -> KubernetesClient {
        KubernetesClient(
            configuration: KubernetesConfiguration(
                server: "https://api.test/base", trust: .system, clientCertificate: nil, proxy: .none,
                authentication: .token(Secret("t0ken0fAPod")), namespace: "drawbridge", origin: "fuzz"),
            runtime: FuzzClock().runtime, files: FileReader { _ throws(FileReader.Failure) in throw .missing },
            commands: CommandRunner { _ throws(CommandRunner.Failure) in throw .missing }, makeTransport: { _ in transport })
    }
}
