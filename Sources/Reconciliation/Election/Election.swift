package import Model

/// What leader election asks of the world and what comes back.
package enum Election {
    package enum Effect: Hashable, Sendable {
        case read
        case create(Lease)
        case update(Lease)
        /// Answer with `.elapsed` after this time.
        case wait(Duration)
        /// This replica has become the one writer, or is it no more.
        case leading(Bool)
        /// An approval that a person put on the lease.
        case approved(String)
    }

    package enum Input: Sendable {
        case start
        /// The lease as read; `nil`: there is none. With the time at which the read was sent.
        case read(Result<Lease?, APIError>)
        case written(Result<Lease, APIError>)
        case elapsed
        /// These approvals were taken up, or have lapsed: they are taken off the lease with the next renewal.
        case settled(Set<String>)
        /// Give the lease up.
        case stop
    }

    /// The annotation of the lease by which `apply --approve` hands approvals to the running controller: see `Approvals`.
    package static let approvalAnnotation = "drawbridge.dev/approve"
}

/// Source: the defaults of client-go's leaderelection.
package struct ElectionTimes: Hashable, Sendable {
    /// How long others wait, by their own clocks, after the record last changed.
    package var leaseDuration: Duration = .seconds(15)
    /// How long after its last successful renewal was sent a leader still writes.
    package var renewDeadline: Duration = .seconds(10)
    package var retryPeriod: Duration = .seconds(2)
    /// How long who holds the lease without anyone having given it up (it made it, or found it emptied or in its own name) waits before
    /// it writes: twice the retry period. By then a leader that reaches the API server has heard from its next renewal that the lease is
    /// not its own any more.
    package var unprovenGrace: Duration = .seconds(4)
    /// How long a record in this process's own name, which it did not write, must go without renewal before it counts as a dead
    /// predecessor's: by then a living one has stopped writing.
    package var twinGrace: Duration = .seconds(10)

    package init() {}
}
