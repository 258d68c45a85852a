package import Model

extension ComputeWorld {
    /// What an instance is made from.
    package struct InstanceTemplate: Hashable, Sendable {
        package var labels: [String: String] = [:]
        package var serviceAccount: String
        package var isSpot = false
        /// The access config's name; `nil` for a private node.
        package var accessConfigName: String? = "external-nat"
        package var networkTier: NetworkTier = .premium
        /// A reserved address to hold from the start; without one an ephemeral address is drawn.
        package var natIP: IPAddress?

        package init(serviceAccount: String) { self.serviceAccount = serviceAccount }
    }

    /// Makes an instance that runs at once, with a new numeric id even under an old name.
    @discardableResult
    package mutating func createInstance(_ reference: InstanceReference, _ template: InstanceTemplate, now: Timestamp)
        -> ComputeInstance
    {
        advance(to: now)
        if instances[reference] != nil { vanish(reference, now: now) }
        nextInternal += 1
        let instance = ComputeInstance(
            reference: reference, id: random.numericID(), createdAt: now,
            networkIP: IPAddress(family: .v4, bits: 0x0A84_0000 + nextInternal), accessConfigs: [], labels: template.labels,
            serviceAccount: template.serviceAccount, isSpot: template.isSpot)
        instances[reference] = instance
        if let name = template.accessConfigName {
            let config = AccessConfig(name: name, natIP: template.natIP, networkTier: template.networkTier)
            try? attach(config, to: reference, id: instance.id)
        }
        return instances[reference] ?? instance
    }

    /// The `instances.delete` call.
    package mutating func deleteInstance(_ reference: InstanceReference, caller: Caller, now: Timestamp)
        throws(ComputeError) -> ComputeOperation
    {
        advance(to: now)
        if let earlier = try remembered(
            caller, project: reference.project, type: "delete", targetPath: reference.description, now: now)
        {
            return earlier
        }
        let instance = try find(reference)
        instances[reference]?.status = "STOPPING"
        return begin(
            "delete", on: instance.path, id: instance.id, project: reference.project, scope: .zone(reference.zone), caller: caller,
            takes: settings.deleteInstance, now: now, action: .deleteInstance(reference, instanceID: instance.id))
    }

    /// The instance is gone from one moment to the next, as after a preemption; its address stays IN_USE for `addressReleaseLag`.
    package mutating func vanish(_ reference: InstanceReference, now: Timestamp) {
        advance(to: now)
        guard let instance = instances[reference] else { return }
        removeInstance(reference, id: instance.id, now: now)
    }

    mutating func removeInstance(_ reference: InstanceReference, id: UInt64, now: Timestamp) {
        guard let instance = instances[reference], instance.id == id else { return }
        instances[reference] = nil
        for config in instance.accessConfigs {
            if let address = address(of: config, on: instance) {
                schedule(.releaseAddress(address, user: instance.path), at: now + settings.addressReleaseLag)
            } else if let ip = config.natIP {
                ephemeral.remove(ip)
            }
        }
        advance(to: now)
    }

    func checkZone(_ zone: String, project: String) throws(ComputeError) {
        try checkProject(project)
        guard regions.values.contains(where: { $0.contains(zone) }) else {
            throw .invalid(field: "zone", value: zone, "Unknown zone.")
        }
    }

    func checkRegion(_ region: String, project: String) throws(ComputeError) {
        try checkProject(project)
        guard region == ComputeAddress.globalScope || regions[region] != nil else {
            throw .invalid(field: "region", value: region, "Unknown region.")
        }
    }

    package func checkProject(_ project: String) throws(ComputeError) {
        guard projects[project] != nil else { throw .notFound("projects/\(project)") }
    }
}
