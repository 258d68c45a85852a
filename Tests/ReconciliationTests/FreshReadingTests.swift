import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

/// What a pass plans on is what was asked for, and it says so when another pass is to come.
@Suite struct FreshReadingTests: LoopSteps {
    private let address = Fixture.address(1)
    private var missing: Observation {
        Fixture.observation(addresses: [address], nodes: [Fixture.node(1)], instances: [Fixture.instance(1)], projectAddresses: [address])
    }

    /// The first pass authorizes the Address in the group; the second one observes beside that work, which reads the rule back while the
    /// pass still waits for its answers.
    @Test func `what a group's work reads while a pass is asking opens questions in that pass`() throws {
        var step = LoopTranscript()
        _ = step(.start)
        _ = step(.leading(true))
        let first = step(.observed(pass: 1, missing))
        #expect(swap(first) == nil)
        step.pass(100)
        _ = step(.group(work: 1, .authorized(.success(()))))
        #expect(observed(step(.wake))?.pass == 2)
        var later = missing
        later.groups = [:]
        later.instances = [:]
        later.projectAddresses = nil
        let asked = step(.observed(pass: 2, later))
        #expect(inquiries(asked) == [.instance(Fixture.instanceReference(1))])
        _ = step(.group(work: 1, .described(.success(SecurityGroup(reference: Fixture.group, rules: [Fixture.ownRule(1)])))))
        let answered = step(.answered(pass: 2, [.instance(Fixture.instanceReference(1)): .instance(.known(Fixture.instance(1)))]))
        #expect(inquiries(answered) == [.projectAddresses], "a swap may begin now: what it would take off is asked first")
        let listing = Reading.known(AddressListing(addresses: [address], unknownRegions: [:]))
        #expect(swap(step(.answered(pass: 2, [.projectAddresses: .projectAddresses(listing)]))) != nil)
    }

    @Test func `nothing is settled while another pass is wanted`() throws {
        let converged = Fixture.observation(
            addresses: [Fixture.address(1, heldBy: 1)], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1)])
        var step = LoopTranscript()
        _ = step(.start)
        _ = step(.leading(true))
        _ = step(.wake)
        let first = try #require(report(step(.observed(pass: 1, converged))))
        #expect(first.plan.isEmpty && !first.isSettled)
        step.pass(100)
        #expect(observed(step(.elapsed))?.pass == 2)
        #expect(report(step(.observed(pass: 2, converged)))?.isSettled == true)
    }

    private func inquiries(_ effects: [Reconciler.Effect]) -> [Inquiry] {
        for case .inquire(_, let inquiries) in effects { return inquiries }
        return []
    }
}
