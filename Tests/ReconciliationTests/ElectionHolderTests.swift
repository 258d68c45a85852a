import Model
import Testing

@testable import Reconciliation

/// Whether another holder of the lease is alive, as far as it was seen.
@Suite struct ElectionHolderTests {
    private static let start = Timestamp(secondsSinceEpoch: 1_770_000_000)

    private func lease(_ holder: String?, version: String, renewed: Int, annotations: [String: String] = [:]) -> Lease {
        Lease(
            name: "drawbridge", namespace: "default", resourceVersion: version, annotations: annotations, holderIdentity: holder,
            leaseDurationSeconds: 15, acquireTime: nil, renewTime: Self.start + .seconds(renewed), leaseTransitions: 0)
    }

    /// A follower that reads these records, two seconds apart.
    private func reading(_ leases: Lease...) -> ElectionMachine {
        var machine = ElectionMachine(identity: "apply", name: "drawbridge", namespace: "default", times: ElectionTimes())
        for (index, lease) in leases.enumerated() {
            let now = Moment(instant: Instant(sinceOrigin: .seconds(2 * index)), wall: Self.start)
            _ = machine.step(now: now, index == 0 ? .start : .elapsed)
            _ = machine.step(now: now, .read(.success(lease)))
        }
        return machine
    }

    @Test func `one record tells nothing, a renewal tells that its holder is alive`() {
        let first = lease("drawbridge-0", version: "1", renewed: 0)
        #expect(!reading(first).isHolderAlive)
        #expect(!reading(first, first).isHolderAlive)
        #expect(reading(first, lease("drawbridge-0", version: "2", renewed: 2)).isHolderAlive)
    }

    @Test func `what others write on the lease is no renewal`() {
        let approved = lease("drawbridge-0", version: "2", renewed: 0, annotations: [Election.approvalAnnotation: "0123456789ab"])
        #expect(!reading(lease("drawbridge-0", version: "1", renewed: 0), approved).isHolderAlive)
    }

    @Test func `a new holder must renew before it counts as alive`() {
        let (first, renewed) = (lease("drawbridge-0", version: "1", renewed: 0), lease("drawbridge-0", version: "2", renewed: 2))
        #expect(!reading(first, renewed, lease("drawbridge-1", version: "3", renewed: 4)).isHolderAlive)
        #expect(!reading(first, renewed, lease("", version: "3", renewed: 4)).isHolderAlive)
    }
}
