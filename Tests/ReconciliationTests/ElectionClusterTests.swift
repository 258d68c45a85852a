import Model
import Testing

@testable import Reconciliation

/// Several replicas at one lease: at every tick at most one may write.
@Suite struct ElectionClusterTests {
    @Test(arguments: 1...150) func `never do two replicas write, whatever is lost, late or stalled`(seed: Int) {
        let cluster = ElectionCluster(seed: seed, count: 2 + seed % 2)
        // Fifteen minutes.
        for _ in 0..<18_000 { cluster.tick() }
        #expect(cluster.worst == 1)
        #expect(cluster.takeovers.count >= 1)
    }

    /// From twice a minute to every two seconds.
    @Test(arguments: 1...120) func `never do two replicas that reach the API server write, whatever is done to the lease by hand`(seed: Int)
    {
        let cluster = ElectionCluster(seed: seed, count: 2 + seed % 2, isCalm: true, meddling: [600, 300, 150, 40][seed % 4])
        for _ in 0..<18_000 { cluster.tick() }
        #expect(cluster.worst <= 1)
        #expect(cluster.meddled > 5)
        // Left alone, they agree on a leader again.
        cluster.meddling = 0
        for _ in 0..<14_000 { cluster.tick() }
        #expect(cluster.writers == 1)
        #expect(cluster.worst == 1)
    }

    @Test(arguments: 1...40) func `nor do two processes of one host's name`(seed: Int) {
        let cluster = ElectionCluster(seed: seed, count: 2, sharesName: true, isCalm: true, meddling: [600, 300, 150][seed % 3])
        for _ in 0..<12_000 { cluster.tick() }
        #expect(cluster.worst <= 1)
    }

    @Test(arguments: 1...60) func `two processes of one host's name don't take each other's lease for their own`(seed: Int) {
        let cluster = ElectionCluster(seed: seed, count: 2, sharesName: true)
        for _ in 0..<12_000 { cluster.tick() }
        #expect(cluster.worst == 1)
        #expect(cluster.takeovers.count >= 1)
    }

    @Test func `when the leader dies another takes over within its lease and two polls`() {
        for seed in 1...30 {
            let cluster = ElectionCluster(seed: seed, count: 2)
            for _ in 0..<200 { cluster.tick() }
            guard let first = cluster.takeovers.first else { continue }
            cluster.replicas[first].stalledUntil = .max
            for _ in 0..<2400 { cluster.tick() }
            #expect(cluster.takeovers.count == 2, "seed \(seed)")
            #expect(cluster.worst == 1)
        }
    }
}
