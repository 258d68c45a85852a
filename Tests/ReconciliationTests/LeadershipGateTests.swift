import Fixtures
import Locking
import Model
import Planning
import Testing

@testable import Reconciliation

/// A call that was begun under one leadership, and would send its next request under another.
@Suite struct LeadershipGateTests {
    /// EC2, which holds each authorize until it is told to send its next request.
    private struct HeldGroups: SecurityGroupPort {
        /// What the gate said to the next request of each authorize.
        let sent: AsyncStream<Bool>.Continuation
        let begun: AsyncStream<Void>.Continuation
        let next: Locked<[AsyncStream<Void>]>

        func describe(_ group: Whitelist.Group) async throws(APIError) -> SecurityGroup {
            SecurityGroup(reference: group.reference, rules: [Fixture.ownRule(2)])
        }

        func authorize(_ group: Whitelist.Group, _ permissions: [IpPermission], gate: WriteGate) async throws(APIError) {
            let throttled = APIError(
                api: .ec2, operation: "AuthorizeSecurityGroupIngress", resource: group.reference.id, code: "RequestLimitExceeded",
                message: "",
                disposition: .retry(after: nil))
            let wait = next.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            begun.yield()
            if let wait { for await _ in wait { break } }
            do throws(APIError) {
                try gate.pass(.ec2, "AuthorizeSecurityGroupIngress", on: group.reference.id, after: throttled)
                sent.yield(true)
            } catch {
                sent.yield(error.code != WriteGate.code)
                throw error
            }
            throw throttled
        }

        func revoke(_ group: Whitelist.Group, ruleIDs: [String], gate: WriteGate) async throws(APIError) {}
    }

    private struct OneAddress: ComputePort {
        private static func none(_ operation: String) -> APIError {
            APIError(api: .compute, operation: operation, resource: "", code: "none", message: "", disposition: .permanent)
        }
        func addresses(_ selection: Whitelist.Addresses) async throws(APIError) -> AddressListing {
            AddressListing(addresses: [Fixture.address(1), Fixture.address(2)], unknownRegions: [:])
        }
        func projectAddresses(_ project: String) async throws(APIError) -> AddressListing { throw Self.none("addresses.aggregatedList") }
        func address(_ reference: AddressReference) async throws(APIError) -> AddressLookup { throw Self.none("addresses.get") }
        func instance(_ reference: InstanceReference) async throws(APIError) -> Instance { throw Self.none("instances.get") }
        func missingPermissions(
            _ instance: InstanceReference, subnetwork: SubnetworkReference?, address: AddressReference
        ) async throws(APIError) -> [String] { [] }
        func deleteAccessConfig(
            _ instance: InstanceReference, networkInterface: String, name: String, requestID: String, gate: WriteGate
        ) async throws(APIError) {}
        func addAccessConfig(
            _ instance: InstanceReference, networkInterface: String, name: String, natIP: IPAddress?, networkTier: NetworkTier,
            requestID: String, gate: WriteGate
        ) async throws(APIError) {}
    }

    private struct NoNodes: ClusterPort {
        private static let none = APIError(
            api: .kubernetes, operation: "get node", resource: "", code: "none", message: "", disposition: .missing)
        func nodes(_ selector: LabelSelector) async throws(APIError) -> [Node] { [] }
        func node(_ name: String) async throws(APIError) -> Node { throw Self.none }
        func setAnnotation(_ key: String, to value: String?, on node: Node, gate: WriteGate) async throws(APIError) -> Node {
            throw Self.none
        }
        func removeTaint(_ key: String, from node: Node, gate: WriteGate) async throws(APIError) -> Node { throw Self.none }
        func record(_ event: NodeEvent) async {}
    }

    /// A short rest is over at once; the limit of a reading, and the next resync, never come.
    private static func runtime() -> Runtime {
        let now = Locked(Fixture.start)
        return Runtime(
            now: { now.withLock { $0 } }, random: { 0 },
            sleep: { duration throws(CancellationError) in
                if duration < .seconds(10) {
                    now.withLock { $0 = Moment(instant: $0.instant + duration, wall: $0.wall + duration) }
                    return
                }
                for await _ in AsyncStream<Void>.makeStream().stream {}
                throw CancellationError()
            })
    }

    @Test func `a retry that was begun before the lease was lost does not go out once it is held again, and a new call does`() async {
        let (sent, sender) = AsyncStream<Bool>.makeStream()
        let (begun, beginner) = AsyncStream<Void>.makeStream()
        let (first, release) = AsyncStream<Void>.makeStream()
        let groups = HeldGroups(sent: sender, begun: beginner, next: Locked([first]))
        let machine = ReconcilerMachine(
            policy: Fixture.policy(), mode: .write, times: LoopTimes(interval: .seconds(30)), ownNode: nil, otherPorts: [:],
            whitelistOnly: false, hash: Fixture.hash, uuid: { "id" })
        // The lease is held at every moment at which anybody asks.
        let loop = PolicyLoop(
            machine: machine,
            ports: LoopPorts(
                compute: OneAddress(), securityGroups: groups, cluster: NoNodes(), mayWrite: { true }, runtime: Self.runtime()),
            readingLimit: .seconds(10), report: { _ in })
        let running = Task { await loop.run() }
        var calls = begun.makeAsyncIterator()
        var gates = sent.makeAsyncIterator()
        loop.send(.leading(true))
        await calls.next()
        loop.send(.leading(false))
        loop.send(.leading(true))
        release.yield()
        #expect(await gates.next() == false)
        await calls.next()
        #expect(await gates.next() == true)
        running.cancel()
        await running.value
    }
}
