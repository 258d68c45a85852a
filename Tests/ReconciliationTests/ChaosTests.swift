import Fixtures
import Model
import Peers
import Planning
import Testing

@testable import Reconciliation

/// People and clouds change things while the loop works: nodes come and go, labels, reservations and rules change, calls fail, the lease
/// and the process are lost. No step breaks a rule of the plan, and once all is quiet the loop closes.
@Suite struct ChaosTests {
    private struct Disorder {
        let run: Simulation
        var random: SeededRandom
        var nextNode = 4
        var nextAddress = 7

        mutating func happen() {
            switch Int.random(in: 0..<12, using: &random) {
            case 0: comesNode()
            case 1: goesNode()
            case 2: isRecreated()
            case 3, 4: losesLabel()
            case 5: getsLabelBack()
            case 6: isReleased()
            case 7: isReserved()
            case 8: foreignRule()
            case 9: losesLease()
            case 10: run.crash()
            default: run.send(.wake)
            }
        }

        private mutating func pick<T>(_ values: [T]) -> T? { values.randomElement(using: &random) }
        private var names: [String] { run.world.nodes.keys.sorted() }
        private var references: [AddressReference] { run.world.addresses.keys.sorted() }

        private mutating func comesNode() {
            guard run.world.nodes.count < 7 else { return }
            run.addNode(nextNode)
            nextNode += 1
            run.send(.wake)
        }

        private mutating func goesNode() {
            guard run.world.nodes.count > 2, let name = pick(names), let instance = run.world.nodes[name]?.instance else { return }
            run.world.instances[instance] = nil
            let world = run
            run.after(.seconds(Int.random(in: 0...40, using: &random))) { world.world.nodes[name] = nil }
        }

        private mutating func isRecreated() {
            guard let name = pick(names), let reference = run.world.nodes[name]?.instance, var instance = run.world.instances[reference]
            else { return }
            let id = "\(Int.random(in: 100_000...999_999, using: &random))"
            let ip = IPAddress(family: .v4, bits: 0xC613_0000 + UInt128(id)! % 0xFFFF)
            instance.id = id
            instance.networkInterfaces[0].accessConfigs = [AccessConfig(name: "external-nat", natIP: ip, networkTier: .premium)]
            run.world.instances[reference] = nil
            let (run, uid, made) = (run, "uid-\(id)", instance)
            let away = Duration.seconds(Int.random(in: 20...60, using: &random))
            run.after(away) { if run.world.nodes[name] != nil { run.world.instances[reference] = made } }
            // The Node object follows late.
            run.after(away + .seconds(Int.random(in: 0...30, using: &random))) {
                guard run.world.nodes[name] != nil, run.world.instances[reference]?.id == id else { return }
                run.world.nodes[name]?.uid = uid
                run.world.nodes[name]?.annotations = [Node.Annotation.instanceID: id]
                run.world.nodes[name]?.taints = [Taint(key: Fixture.taint, value: nil, effect: "NoSchedule")]
                run.world.refreshStatus(name)
            }
        }

        private mutating func losesLabel() {
            guard let reference = pick(references) else { return }
            run.world.addresses[reference]?.labels = [:]
        }

        private mutating func getsLabelBack() {
            guard let reference = pick(references) else { return }
            run.world.addresses[reference]?.labels = ["drawbridge": "orders-db"]
        }

        private mutating func isReleased() {
            // GCE refuses to release an address that is in use.
            let free = references.filter { run.world.users(of: run.world.addresses[$0]!).isEmpty }
            if let reference = pick(free) { run.world.addresses[reference] = nil }
        }

        private mutating func isReserved() {
            let address = Fixture.address(nextAddress)
            nextAddress += 1
            run.world.addresses[address.reference] = address
        }

        private mutating func foreignRule() {
            let id = "sgr-foreign\(Int.random(in: 0...1_000_000, using: &random))"
            let number = Int.random(in: 1...250, using: &random)
            run.world.groups[Fixture.group]?.append(Fixture.rule(id, "192.0.2.\(number)/32"))
        }

        private mutating func losesLease() {
            run.holdsLease = false
            let run = run
            run.after(.seconds(Int.random(in: 0...5, using: &random))) { run.send(.leading(false)) }
            run.after(.seconds(Int.random(in: 6...20, using: &random))) {
                run.holdsLease = true
                run.send(.leading(true))
            }
        }
    }

    @Test(arguments: 1...100) func `whatever happens no rule is broken, and in the end the loop closes`(seed: Int) {
        let run = Simulation(nodes: 1...3, addresses: Array(1...6))
        var disorder = Disorder(run: run, random: SeededRandom(seed: UInt64(seed)))
        var faults = SeededRandom(seed: UInt64(seed) &+ 5000)
        var delays = SeededRandom(seed: UInt64(seed) &+ 9000)
        let end = run.now + .seconds(600)
        run.describeLag = .milliseconds(seed % 3 * 900)
        run.statusLag = .seconds(seed % 4 * 30)
        run.latency = { _ in .milliseconds(Int.random(in: 10...3000, using: &delays)) }
        run.fault = { [unowned run] _, _ in
            guard run.now < end else { return .none }
            switch Int.random(in: 0..<100, using: &faults) {
            case 0..<4: return .lost
            case 4..<8: return .fail(.unavailable)
            case 8..<10: return .fail(.refused)
            default: return .none
            }
        }
        run.start()
        while run.now < end {
            run.run(for: .milliseconds(Int.random(in: 100...15_000, using: &disorder.random)))
            disorder.happen()
        }
        // Enough addresses for all that are left, and no stranger beside them.
        for number in 200...207 { run.world.addresses[Fixture.address(number).reference] = Fixture.address(number) }
        run.run(for: .seconds(1800))
        if let digest = run.reports.last?.plan.approval?.digest {
            run.send(.approve(digest))
            run.run(for: .seconds(120))
        }
        #expect(run.world.violations == [])
        #expect(run.bound == run.world.nodes.keys.sorted())
        #expect(run.world.admitted() == run.reservedBlocks)
        #expect(run.world.nodes.values.allSatisfy { $0.claim == nil && $0.taints.isEmpty })
        #expect(run.reports.last?.isSettled == true)
    }
}
