package import Model

/// The world, as a policy's loop reaches it.
package struct LoopPorts: Sendable {
    package var compute: any ComputePort
    package var securityGroups: any SecurityGroupPort
    package var cluster: any ClusterPort
    /// Asked before every request of a write: whether this replica is the one writer right now.
    package var gate: WriteGate
    package var runtime: Runtime
    /// What Events are about that concern no node: the controller's Lease. `nil`: such notices make no Event.
    package var eventSubject: NodeEvent.Regarding?

    package init(
        compute: any ComputePort, securityGroups: any SecurityGroupPort, cluster: any ClusterPort, mayWrite: @escaping @Sendable () -> Bool,
        runtime: Runtime, eventSubject: NodeEvent.Regarding? = nil
    ) {
        self.compute = compute
        self.securityGroups = securityGroups
        self.cluster = cluster
        gate = WriteGate(mayWrite)
        self.runtime = runtime
        self.eventSubject = eventSubject
    }
}
