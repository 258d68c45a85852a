import Fixtures
import Locking
import Model
import Testing

@testable import Reconciliation

/// Claims and taints on a node that others write to all the time.
@Suite struct NodeEditsTests {
    /// One node, whose first writes are answered with a conflict.
    private final class Cluster: ClusterPort {
        let state: Locked<(node: Node, conflicts: Int, writes: Int)>

        init(_ node: Node, conflicts: Int = 0) { state = Locked((node, conflicts, 0)) }

        func nodes(_ selector: LabelSelector) async throws(APIError) -> [Node] { [state.withLock { $0.node }] }
        func node(_ name: String) async throws(APIError) -> Node { state.withLock { $0.node } }
        func record(_ event: NodeEvent) async {}

        func setAnnotation(_ key: String, to value: String?, on node: Node, gate: WriteGate) async throws(APIError) -> Node {
            try write(node) { $0.annotations[key] = value }
        }

        func removeTaint(_ key: String, from node: Node, gate: WriteGate) async throws(APIError) -> Node {
            try write(node) { $0.taints.removeAll { $0.key == key } }
        }

        private func write(_ node: Node, _ body: (inout Node) -> Void) throws(APIError) -> Node {
            try state.withLock { (state) throws(APIError) in
                state.writes += 1
                if state.conflicts > 0 {
                    state.conflicts -= 1
                    state.node.resourceVersion += "0"
                }
                guard state.node.resourceVersion == node.resourceVersion else { throw .sample("patch node", .reread) }
                body(&state.node)
                state.node.resourceVersion += "1"
                return state.node
            }
        }
    }

    private func claim(_ number: Int) -> SwapClaim {
        SwapClaim(
            policy: "orders-db", address: Fixture.address(number).reference, ip: Fixture.reservedIP(number), instanceID: "9001",
            networkInterface: "nic0", accessConfigName: "external-nat", networkTier: .premium, previousIP: nil, detachRequestID: "a",
            attachRequestID: "b", restoreRequestID: "c", startedAt: Fixture.start.wall)
    }

    private func error(_ body: () async throws(APIError) -> Void) async -> APIError? {
        do throws(APIError) {
            try await body()
            return nil
        } catch { return error }
    }

    @Test(arguments: [0, 1, 7]) func `a node that changed meanwhile is read and written again`(conflicts: Int) async {
        let cluster = Cluster(Fixture.node(1), conflicts: conflicts)
        let edits = NodeEdits(cluster: cluster, gate: WriteGate { true })
        #expect(
            await error { () async throws(APIError) in try await edits.replaceClaim(on: Fixture.node(1), expected: nil, with: claim(1)) }
                == nil)
        #expect(cluster.state.withLock { $0.node.claim } == claim(1))
        #expect(cluster.state.withLock { $0.writes } == conflicts + 1)
    }

    @Test func `a node that changes for ever is given up`() async {
        let cluster = Cluster(Fixture.node(1), conflicts: 1000)
        let edits = NodeEdits(cluster: cluster, gate: WriteGate { true })
        #expect(
            await error { () async throws(APIError) in try await edits.replaceClaim(on: Fixture.node(1), expected: nil, with: claim(1)) }?
                .disposition
                == .reread)
        #expect(cluster.state.withLock { $0.writes } == 8)
    }

    @Test func `another's claim is never replaced`() async {
        let cluster = Cluster(Fixture.node(1, claim: claim(2)))
        let edits = NodeEdits(cluster: cluster, gate: WriteGate { true })
        for expected in [nil, claim(3)] {
            let failure = await error { () async throws(APIError) in
                try await edits.replaceClaim(on: Fixture.node(1, claim: claim(2)), expected: expected, with: claim(1))
            }
            #expect(failure?.disposition == .permanent)
        }
        #expect(cluster.state.withLock { $0.writes } == 0)
    }

    @Test func `a claim that can't be read is left to a person`() async {
        var node = Fixture.node(1)
        node.annotations[Node.Annotation.claim] = "{"
        let cluster = Cluster(node)
        let edits = NodeEdits(cluster: cluster, gate: WriteGate { true })
        for next in [nil, claim(1)] {
            #expect(await error { () async throws(APIError) in try await edits.replaceClaim(on: node, expected: nil, with: next) } != nil)
        }
        #expect(cluster.state.withLock { $0.writes } == 0)
    }

    @Test func `a node replaced under its name is not written to`() async {
        var other = Fixture.node(1)
        other.uid = "uid-other"
        other.resourceVersion = "99"
        let cluster = Cluster(other)
        let edits = NodeEdits(cluster: cluster, gate: WriteGate { true })
        #expect(
            await error { () async throws(APIError) in try await edits.replaceClaim(on: Fixture.node(1), expected: nil, with: claim(1)) }?
                .disposition
                == .permanent)
        #expect(cluster.state.withLock { $0.node.claim } == nil)
    }

    @Test func `without the lease nothing is written`() async {
        let cluster = Cluster(Fixture.node(1, tainted: true))
        let edits = NodeEdits(cluster: cluster, gate: WriteGate { false })
        #expect(
            await error { () async throws(APIError) in try await edits.removeTaint(Fixture.taint, from: Fixture.node(1, tainted: true)) }?
                .code == "lease-lost")
        #expect(cluster.state.withLock { $0.writes } == 0)
    }

    @Test func `the taint of a node whose instance changed stays`() async {
        var other = Fixture.node(1, tainted: true)
        other.annotations[Node.Annotation.instanceID] = "777"
        other.resourceVersion = "99"
        let cluster = Cluster(other)
        let edits = NodeEdits(cluster: cluster, gate: WriteGate { true })
        #expect(
            await error { () async throws(APIError) in try await edits.removeTaint(Fixture.taint, from: Fixture.node(1, tainted: true)) }
                != nil)
        #expect(cluster.state.withLock { $0.node.taints.count } == 1)
    }
}
