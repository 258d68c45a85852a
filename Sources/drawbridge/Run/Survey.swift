import Model
import Planning
import Reconciliation

/// One observation and plan of each policy, writing nothing.
enum Survey {
    /// In the order of the policies.
    static func plans(_ policies: [Whitelist], clouds: Clouds, surroundings: Surroundings, whitelistOnly: Bool) async -> [Plan] {
        await withTaskGroup(of: (Int, Plan?).self) { tasks in
            for (index, policy) in policies.enumerated() {
                tasks.addTask {
                    let machine = Session.machine(
                        policy, of: policies, mode: .dryRun, interval: .seconds(3600), surroundings: surroundings,
                        whitelistOnly: whitelistOnly)
                    return (index, await first(machine, clouds: clouds)?.plan)
                }
            }
            var plans: [Int: Plan] = [:]
            for await (index, plan) in tasks { plans[index] = plan }
            return plans.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    private static func first(_ machine: ReconcilerMachine, clouds: Clouds) async -> PassReport? {
        let (reports, feed) = AsyncStream<PassReport>.makeStream()
        let loop = PolicyLoop(
            machine: machine, ports: clouds.ports(recorder: nil, lease: nil, mayWrite: { false }), readingLimit: Session.readingLimit
        ) {
            if case .planned(let report) = $0 { feed.yield(report) }
        }
        return await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await loop.run() }
            var iterator = reports.makeAsyncIterator()
            let report = await iterator.next()
            loop.send(.stop)
            await tasks.waitForAll()
            return report
        }
    }
}
