import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

/// How long an approval counts, and for what.
@Suite struct ApprovalLapseTests: LoopSteps {
    private let foreign = (1...30).map { Fixture.rule("sgr-\($0)", "192.0.2.\($0)/32") }
    private var held: Observation { Fixture.observation(addresses: [Fixture.address(1)], rules: foreign + [Fixture.ownRule(1)]) }
    private var unread: Observation {
        var observation = held
        observation.addresses = .unknown(Unknown(.failed, "no answer"))
        return observation
    }

    /// A leader that has seen what is held.
    private func leader() throws -> (LoopTranscript, digest: String) {
        var step = LoopTranscript(Fixture.policy(nodes: nil))
        _ = step(.start)
        _ = step(.leading(true))
        let digest = try #require(plan(step(.observed(pass: 1, held)))?.approval?.digest)
        return (step, digest)
    }

    /// Runs a pass on an observation, and answers with what it plans to revoke.
    private func revocations(_ step: inout LoopTranscript, _ observation: Observation) throws -> Int {
        let effects = step(.wake)
        let pass = try #require(observed(effects)?.pass)
        return try #require(plan(step(.observed(pass: pass, observation)))).groups[0].revocations.count
    }

    @Test(arguments: [1, 59, 86_400 * 14]) func `an approval that comes to a standby frees nothing after a failover`(seconds: Int) throws {
        let digest = try leader().digest
        var step = LoopTranscript(Fixture.policy(nodes: nil))
        _ = step(.start)
        _ = step(.approve(digest))
        step.pass(seconds * 1000)
        let pass = try #require(observed(step(.leading(true)))?.pass)
        let effects = step(.observed(pass: pass, held))
        #expect(plan(effects)?.groups[0].revocations.count == 0)
        #expect(report(effects)?.settledApprovals == [], "whether it stays on the lease is not for this loop to say")
    }

    @Test func `an approval older than a minute frees nothing, though its plan comes at last`() throws {
        var (step, digest) = try leader()
        step.pass(100)
        _ = step(.approve(digest))
        step.pass(61_000)
        let effects = step(.observed(pass: 2, held))
        #expect(plan(effects)?.groups[0].revocations.count == 0)
        #expect(report(effects)?.settledApprovals == [digest])
    }

    @Test func `what was approved is forgotten when the lease is lost`() throws {
        var (step, digest) = try leader()
        step.pass(100)
        _ = step(.approve(digest))
        #expect(plan(step(.observed(pass: 2, held)))?.groups[0].revocations.count == 30)
        _ = step(.leading(false))
        step.pass(1000)
        let pass = try #require(observed(step(.leading(true)))?.pass)
        #expect(plan(step(.observed(pass: pass, held)))?.groups[0].revocations.count == 0)
    }

    @Test func `an approval that is told anew on winning counts`() throws {
        var (step, digest) = try leader()
        _ = step(.leading(false))
        step.pass(100_000)
        let pass = try #require(observed(step(.leading(true)) + step(.approve(digest)))?.pass)
        #expect(plan(step(.observed(pass: pass, held)))?.groups[0].revocations.count == 30)
    }

    @Test(arguments: [(290, 30), (310, 0)])
    func `while something is unknown an approval waits five minutes at most`(seconds: Int, freed: Int) throws {
        var (step, digest) = try leader()
        step.pass(100)
        _ = step(.approve(digest))
        #expect(plan(step(.observed(pass: 2, unread)))?.groups[0].revocations.count == 0)
        for _ in 1..<(seconds / 10) {
            step.pass(10_000)
            #expect(try revocations(&step, unread) == 0)
        }
        step.pass(10_000)
        #expect(try revocations(&step, held) == freed)
    }

    @Test func `what was approved, and is not due any more, is not approved when it comes to be due again`() throws {
        var (step, digest) = try leader()
        step.pass(100)
        _ = step(.approve(digest))
        #expect(plan(step(.observed(pass: 2, held)))?.groups[0].revocations.count == 30)
        deny(&step, work: 1)
        step.pass(60_000)
        #expect(try revocations(&step, held) == 30, "the approval holds while they are due")
        deny(&step, work: 2)
        // Somebody reserves what they admit: they are wanted now.
        step.pass(60_000)
        var wanted = held
        wanted.addresses = .known(AddressListing(addresses: [Fixture.address(1)] + (1...30).map(Self.reserved), unknownRegions: [:]))
        #expect(try revocations(&step, wanted) == 0)
        step.pass(60_000)
        #expect(try revocations(&step, held) == 0)
    }

    /// The account may not revoke: the work reads the group again and again, and ends.
    private func deny(_ step: inout LoopTranscript, work: Int) {
        for _ in 1...10 where step.machine.works[work] != nil {
            _ = step(.group(work: work, .revoked(.failure(.denied))))
            _ = step(
                .group(work: work, .described(.success(SecurityGroup(reference: Fixture.group, rules: foreign + [Fixture.ownRule(1)])))))
        }
        #expect(step.machine.works[work] == nil)
    }

    private static func reserved(_ number: Int) -> Address {
        var address = Fixture.address(100 + number)
        address.ip = IPAddress(family: .v4, bits: 0xC000_0200 + UInt128(number))
        return address
    }
}
