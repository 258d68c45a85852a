package import Model

/// Machines that come and go, with their Nodes: what a managed instance group and GKE's controllers do.
extension World {
    enum NodeEvent: Sendable {
        case create(NodePlan)
        case register(InstanceReference, id: UInt64)
        case unregister(InstanceReference)
        case publishAddress(InstanceReference)
    }

    struct DueNodeEvent: Sendable {
        var at: Timestamp
        var sequence: Int
        var event: NodeEvent
    }

    /// The instance runs at once; its Node registers after `nodeJoinDelay`.
    @discardableResult
    package mutating func addNode(_ plan: NodePlan, now: Timestamp) -> ComputeInstance {
        advance(to: now)
        let instance = compute.createInstance(plan.instance, plan.template, now: now)
        nodes[plan.instance] = plan
        schedule(.register(plan.instance, id: instance.id), at: now + settings.nodeJoinDelay)
        advance(to: now)
        return instance
    }

    /// The same as `addNode`, later.
    package mutating func addNode(_ plan: NodePlan, at time: Timestamp) { schedule(.create(plan), at: time) }

    /// The instance is gone at once, its Node a moment later, and a replacement under a new name comes after the delay.
    ///
    /// - Returns: the replacement's name; `nil` if there is no such node.
    @discardableResult
    package mutating func preempt(_ name: String, replacementAfter delay: Duration, now: Timestamp) -> String? {
        advance(to: now)
        guard var plan = plan(named: name) else { return nil }
        removeNode(name, now: now)
        let stem = name.split(separator: "-").dropLast().joined(separator: "-")
        plan.instance.name = "\(stem)-\(random.hex(4))"
        addNode(plan, at: now + delay)
        return plan.name
    }

    /// The instance is gone at once, its Node a moment later; nothing replaces it.
    package mutating func removeNode(_ name: String, now: Timestamp) {
        advance(to: now)
        guard let plan = plan(named: name) else { return }
        compute.vanish(plan.instance, now: now)
        nodes[plan.instance] = nil
        publishedIPs[plan.instance] = nil
        schedule(.unregister(plan.instance), at: now + settings.nodeRemovalLag)
        advance(to: now)
    }

    /// The instance comes back under its old name with a new numeric id; its Node survives, taints and all.
    @discardableResult
    package mutating func recreate(_ name: String, now: Timestamp) -> ComputeInstance? {
        advance(to: now)
        guard let plan = plan(named: name) else { return nil }
        compute.vanish(plan.instance, now: now)
        return addNode(plan, now: now)
    }

    package func plan(named name: String) -> NodePlan? { nodes.values.filter { $0.name == name }.min { $0.instance < $1.instance } }

    private mutating func schedule(_ event: NodeEvent, at time: Timestamp) {
        nodeSequence += 1
        let entry = DueNodeEvent(at: time, sequence: nodeSequence, event: event)
        let index = nodeEvents.firstIndex { ($0.at, $0.sequence) > (entry.at, entry.sequence) } ?? nodeEvents.endIndex
        nodeEvents.insert(entry, at: index)
    }

    mutating func perform(_ event: NodeEvent, now: Timestamp) {
        switch event {
        case .create(let plan):
            let instance = compute.createInstance(plan.instance, plan.template, now: now)
            nodes[plan.instance] = plan
            schedule(.register(plan.instance, id: instance.id), at: now + settings.nodeJoinDelay)
        case .register(let reference, let id):
            guard let plan = nodes[reference], let instance = compute.instances[reference], instance.id == id else { return }
            kubernetes.joinNode(
                name: plan.name, pool: plan.pool, zone: reference.zone, project: reference.project, instanceID: String(id),
                internalIP: instance.networkIP, externalIP: instance.externalIP, taints: plan.taints, labels: plan.labels,
                ready: true, images: settings.nodeImages, now: now)
            publishedIPs[reference] = .some(instance.externalIP)
        case .unregister(let reference):
            if compute.instances[reference] == nil { kubernetes.removeNode(reference.name) }
        case .publishAddress(let reference):
            guard publishedIPs[reference] != nil, let instance = compute.instances[reference] else { return }
            kubernetes.setExternalIP(node: reference.name, instance.externalIP)
        }
    }

    /// What the cloud's node controller sees of changed external addresses, and writes to Nodes after `nodeAddressLag`.
    package mutating func noticeAddresses(now: Timestamp) {
        let changed = publishedIPs.filter { reference, published in
            compute.instances[reference].map { $0.externalIP != published } ?? false
        }
        for reference in changed.keys.sorted() {
            publishedIPs[reference] = .some(compute.instances[reference]?.externalIP)
            schedule(.publishAddress(reference), at: now + settings.nodeAddressLag)
        }
    }
}
