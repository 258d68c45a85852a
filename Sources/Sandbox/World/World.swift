package import Model

/// The embedded clouds as one value: what exists, what is under way, and what was called.
///
/// It is stepped synchronously and does no I/O. Every method takes the time; `advance(to:)` completes what has fallen due, in
/// order; `nextDue` says when
/// the next thing does. All randomness comes from the seed, so the same calls at the same times give the same world.
package struct World: Sendable {
    package struct Settings: Hashable, Sendable {
        /// From an instance's end to its Node's removal.
        package var nodeRemovalLag: Duration = .milliseconds(300)
        /// From an instance's creation to its Node's first registration.
        package var nodeJoinDelay: Duration = .milliseconds(200)
        /// How long a Node's ExternalIP lags behind its instance's.
        package var nodeAddressLag: Duration = .milliseconds(500)
        /// Images that a Node's status names, 50 at most: with all of them a Node is as large as a real one, some 15 kB.
        package var nodeImages = 0

        package init() {}
    }

    package var compute: ComputeWorld
    package var ec2: EC2World
    package var rds = RDSWorld()
    package var aws: AWSIdentity
    package var google: GoogleWorld
    package var kubernetes: KubernetesStore
    package var settings = Settings()
    package var faults: [Fault] = []
    package var calls = CallLog(capacity: 2000)
    /// How long each API takes to answer; nothing where not named.
    package var callLatency: [SandboxAPI: Duration] = [:]
    package var random: SplitMix64

    var nodeEvents: [DueNodeEvent] = []
    var nodeSequence = 0
    /// The nodes that stand for instances, by instance.
    package internal(set) var nodes: [InstanceReference: NodePlan] = [:]
    var publishedIPs: [InstanceReference: IPAddress?] = [:]

    package init(
        compute: ComputeWorld, ec2: EC2World, aws: AWSIdentity, google: GoogleWorld, kubernetes: KubernetesStore, seed: UInt64
    ) {
        self.compute = compute
        self.ec2 = ec2
        self.aws = aws
        self.google = google
        self.kubernetes = kubernetes
        random = SplitMix64(seed: seed)
    }

    /// When the next thing falls due.
    package var nextDue: Timestamp? {
        [compute.nextDue, nodeEvents.first?.at].compactMap { $0 }.min()
    }

    /// Completes everything that is due, in the order of time.
    package mutating func advance(to now: Timestamp) {
        while let next = nextDue, next <= now {
            if compute.nextDue == next { compute.advance(to: next) }
            while let event = nodeEvents.first, event.at <= next {
                nodeEvents.removeFirst()
                perform(event.event, now: event.at)
            }
            noticeAddresses(now: next)
        }
        compute.advance(to: now)
    }
}
