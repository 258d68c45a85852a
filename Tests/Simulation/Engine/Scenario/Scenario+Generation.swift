import Sandbox

extension Scenario {
    /// The scenario of a seed.
    package init(seed: UInt64) {
        let draw = Draw(seed: seed)
        var random = draw.generator(.script)
        let settings = Self.settings(&random)
        self.init(seed: seed, settings: settings, actions: [], faults: [])
        // Some runs are calm, so that what a fault alone does is seen as well. And some are long, with little that goes wrong at a time:
        // most of what an invariant excuses, right after a fault or an edit, is over then.
        let mood = random.below(10)
        var limits = (actions: mood < 5 ? 8 : 24, faults: mood < 5 ? 8 : 30)
        if mood >= 8 {
            limits = (10, 4)
            self.settings[.chaos] = 250_000 + random.below(200_000)
        }
        actions = mood == 0 ? [] : Self.actions(&random, count: random.below(limits.actions), chaos: self[.chaos])
        var faultRandom = draw.generator(.faults)
        faults = mood == 1 ? [] : Self.faults(&faultRandom, count: faultRandom.below(limits.faults))
        var rest = draw.generator(.script, 1)
        self.settings[.page] = rest.below(4) == 0 ? 1 + rest.below(3) : 0
        // A call that is made of a group that is gone, and of no other, is hardly ever met by chance.
        if mood != 1, actions.contains(where: { $0.kind == .hideGroup }), !faults.contains(where: { $0.call == .describeGroups }) {
            let kinds = FaultCells.possible.filter { $0.1 == .describeGroups }.map(\.0)
            let kind = kinds[rest.below(kinds.count)]
            faults.append(PlannedFault(kind, .describeGroups, 1, kind.parameters.lowerBound + rest.below(kind.parameters.count)))
        }
    }

    private static func settings(_ random: inout SplitMix64) -> [Setting: Int] {
        var settings: [Setting: Int] = [:]
        settings[.replicas] = [1, 1, 2, 2, 3][random.below(5)]
        settings[.policies] = random.below(5) == 0 ? 2 : 1
        settings[.groups] = random.below(4) == 0 ? 2 : 1
        settings[.nodes] = 1 + random.below(5)
        settings[.otherNodes] = random.below(3)
        settings[.addresses] = 1 + random.below(7)
        settings[.admitted] = random.below(4)
        settings[.bound] = random.below(4)
        settings[.byHand] = random.below(5) == 0 ? 1 : 0
        settings[.stale] = random.below(3)
        settings[.foreign] = random.below(3)
        settings[.maxRevocations] = 1 + random.below(6)
        settings[.allowEmpty] = random.below(4) == 0 ? 1 : 0
        settings[.foreignReport] = random.below(4) == 0 ? 1 : 0
        settings[.scopeGroup] = random.below(5) == 0 ? 1 : 0
        settings[.taint] = random.below(3) == 0 ? 0 : 1
        settings[.maxSwaps] = [1, 2, 4, 16][random.below(4)]
        settings[.quota] = random.below(6) == 0 ? 4 + random.below(8) : 60
        settings[.interval] = [15, 30, 30, 60][random.below(4)]
        settings[.lastGood] = random.below(4) == 0 ? 30 + random.below(60) : 3600
        settings[.listLag] = random.below(3) == 0 ? random.below(6000) : 0
        settings[.describeLag] = random.below(3) == 0 ? random.below(5000) : 0
        settings[.nodeLag] = 200 + random.below(random.below(3) == 0 ? 30_000 : 2000)
        settings[.latency] = 5 + random.below(400)
        settings[.operation] = 200 + random.below(random.below(4) == 0 ? 30_000 : 4000)
        settings[.ownNode] = random.below(4) == 0 ? 1 : 0
        settings[.chaos] = 20_000 + random.below(100_000)
        return settings
    }

    private static func actions(_ random: inout SplitMix64, count: Int, chaos: Int) -> [WorldAction] {
        let kinds = WorldAction.Kind.allCases
        return (0..<count).map { _ in
            let kind = kinds[random.below(kinds.count)]
            let time = random.below(chaos)
            let first = random.below(1000)
            let second: Int
            switch kind {
            case .crash, .stop: second = 200 + random.below(20_000)
            case .freeze, .cutOff: second = 500 + random.below(60_000)
            case .clockJump: second = random.below(7200) - 3600
            case .stealLease: second = 1 + random.below(40)
            default: second = random.below(1000)
            }
            return WorldAction(at: time, kind, first, second)
        }.sorted { $0.time < $1.time }
    }

    private static func faults(_ random: inout SplitMix64, count: Int) -> [PlannedFault] {
        let cells = FaultCells.possible
        var met: Set<[Int]> = []
        return (0..<count).compactMap { _ in
            let (kind, call) = cells[random.below(cells.count)]
            // Rare calls are met early or never, frequent ones at any time.
            let occurrence = 1 + random.below([2, 4, 8, 40][random.below(4)])
            let parameter = kind.parameters.lowerBound + random.below(kind.parameters.count)
            guard met.insert([call.index, occurrence]).inserted else { return nil }
            return PlannedFault(kind, call, occurrence, parameter)
        }
    }
}

extension SplitMix64 {
    mutating func below(_ bound: Int) -> Int { bound <= 1 ? 0 : Int(next() % UInt64(bound)) }
}
