import Fixtures
import Model
import Peers
import Testing

@testable import Reconciliation

/// The process dies at every call of a whole run, before the call and after it; the next one always closes the loop.
@Suite struct CrashTests {
    private func scenario() -> Simulation {
        let run = Simulation(
            nodes: 1...3, addresses: [1, 2, 3, 4],
            rules: [Fixture.rule("sgr-wide", "0.0.0.0/0"), Fixture.rule("sgr-hand", "\(Fixture.ephemeralIP(2))/32")])
        // A node of another pool, and what it holds, are nobody's business here.
        run.addNode(8)
        run.world.nodes["node-8"]?.labels = ["cloud.google.com/gke-nodepool": "other"]
        return run
    }

    private func verify(_ run: Simulation, _ comment: String) {
        #expect(run.bound == ["node-1", "node-2", "node-3"], Comment(rawValue: comment))
        #expect(run.world.admitted() == run.reservedBlocks, Comment(rawValue: comment))
        #expect(run.world.violations == [], Comment(rawValue: comment))
        #expect(run.world.nodes.values.allSatisfy { $0.claim == nil }, Comment(rawValue: comment))
        #expect(run.ip(8) == Fixture.ephemeralIP(8), Comment(rawValue: comment))
        #expect(run.world.nodes["node-8"]?.taints.count == 1, Comment(rawValue: comment))
    }

    @Test(arguments: [Duration.seconds(3), .seconds(400)]) func `a crash at any call is made good by the next process`(restart: Duration) {
        let whole = scenario()
        whole.start()
        whole.run(for: .seconds(60))
        verify(whole, "without a crash")
        #expect(whole.calls.count > 40)
        for index in whole.calls.indices {
            for isBefore in [true, false] {
                let run = scenario()
                run.restartAfter = restart
                run.fault = { at, _ in at == index ? (isBefore ? .crashBefore : .crashAfter) : .none }
                run.start()
                run.run(for: restart + .seconds(400))
                #expect(run.crashes == 1)
                verify(run, "crash \(isBefore ? "before" : "after") call \(index), \(whole.calls[index].call)")
            }
        }
    }

    @Test func `a lost answer or an error at any call is made good`() {
        let whole = scenario()
        whole.start()
        whole.run(for: .seconds(60))
        for index in whole.calls.indices {
            for fault in [Simulation.Fault.lost, .fail(.unavailable), .fail(.refused), .fail(.denied), .fail(.lost)] {
                let run = scenario()
                run.fault = { at, _ in at == index ? fault : .none }
                run.start()
                run.run(for: .seconds(900))
                verify(run, "\(fault) at call \(index), \(whole.calls[index].call)")
            }
        }
    }

    @Test func `a node that leaves the pool while nobody leads is not left without an address`() {
        let whole = scenario()
        whole.start()
        whole.run(for: .seconds(60))
        for index in whole.calls.indices {
            let run = scenario()
            run.restartAfter = .seconds(20)
            run.fault = { [unowned run] at, _ in
                guard at == index else { return .none }
                run.world.nodes["node-2"]?.labels = ["cloud.google.com/gke-nodepool": "other"]
                return .crashAfter
            }
            run.start()
            run.run(for: .seconds(900))
            let comment = Comment(rawValue: "crash at call \(index), \(whole.calls[index].call)")
            #expect(run.ip(2) != nil, comment)
            #expect(run.world.nodes.values.allSatisfy { $0.claim == nil }, comment)
            #expect(run.bound.filter { $0 != "node-2" } == ["node-1", "node-3"], comment)
        }
    }

    @Test(arguments: 1...60) func `any mixture of crashes, lost answers, errors and delays ends well`(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let run = scenario()
        let end = Duration.seconds(1000 + 300)
        run.fault = { [unowned run] _, call in
            guard run.now < end else { return .none }
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<2: return .crashBefore
            case 2..<4: return .crashAfter
            case 4..<10: return .lost
            case 10..<14: return .fail(.unavailable)
            case 14..<17: return .fail(.refused)
            case 17..<18: return .fail(.denied)
            default: return .none
            }
        }
        var delays = SeededRandom(seed: UInt64(seed) &+ 1000)
        run.latency = { _ in .milliseconds(Int.random(in: 10...4000, using: &delays)) }
        run.start()
        run.run(for: .seconds(1800))
        verify(run, "seed \(seed), \(run.crashes) crashes")
    }
}
