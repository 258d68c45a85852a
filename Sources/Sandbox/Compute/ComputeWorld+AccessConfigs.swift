package import Model

/// The access-config calls of instances.
///
/// Sources: Compute Engine REST v1, instances.addAccessConfig and instances.deleteAccessConfig; messages as quoted in
/// terraform-provider-google
/// issue 435 (wrong region), terraform-google-vm pull request 111 (second access config), kubeip issue 155 (network tier).
extension ComputeWorld {
    package mutating func addAccessConfig(
        _ config: AccessConfig, to reference: InstanceReference, networkInterface: String, caller: Caller, now: Timestamp
    ) throws(ComputeError) -> ComputeOperation {
        advance(to: now)
        let instance = try find(reference)
        if let earlier = try remembered(
            caller, project: reference.project, type: "addAccessConfig", targetPath: instance.path, now: now)
        {
            return earlier
        }
        try check(networkInterface: networkInterface)
        guard instance.accessConfigs.isEmpty else {
            throw ComputeError(status: 400, reason: "badRequest", message: "At most one access config currently supported.")
        }
        guard config.type == AccessConfig.oneToOneNAT else {
            throw .invalid(field: "resource.type", value: config.type, "Must be ONE_TO_ONE_NAT.")
        }
        if settings.validatesAtOnce, let ip = config.natIP {
            do throws(ComputeOperation.Failure) {
                _ = try reservedAddress(ip, for: reference, tier: config.networkTier ?? .premium)
            } catch {
                throw ComputeError(status: 400, reason: "invalid", message: error.message)
            }
        }
        return begin(
            "addAccessConfig", on: instance.path, id: instance.id, project: reference.project, scope: .zone(reference.zone),
            caller: caller, takes: settings.addAccessConfig, now: now,
            action: .addAccessConfig(reference, instanceID: instance.id, config))
    }

    /// A name that is not there is no error: the operation ends well and has done nothing.
    package mutating func deleteAccessConfig(
        _ name: String, from reference: InstanceReference, networkInterface: String, caller: Caller, now: Timestamp
    ) throws(ComputeError) -> ComputeOperation {
        advance(to: now)
        let instance = try find(reference)
        if let earlier = try remembered(
            caller, project: reference.project, type: "deleteAccessConfig", targetPath: instance.path, now: now)
        {
            return earlier
        }
        try check(networkInterface: networkInterface)
        return begin(
            "deleteAccessConfig", on: instance.path, id: instance.id, project: reference.project, scope: .zone(reference.zone),
            caller: caller, takes: settings.deleteAccessConfig, now: now,
            action: .deleteAccessConfig(reference, instanceID: instance.id, name: name))
    }

    private func check(networkInterface: String) throws(ComputeError) {
        guard networkInterface == "nic0" else {
            throw .invalid(
                field: "networkInterface", value: networkInterface, "The specified network interface does not exist.")
        }
    }

    package func find(_ reference: InstanceReference) throws(ComputeError) -> ComputeInstance {
        try checkZone(reference.zone, project: reference.project)
        guard let instance = instances[reference] else { throw .notFound(reference.description) }
        return instance
    }

    /// The external Address that an access config asks for: of the instance's region, and of the access config's tier.
    private func reservedAddress(_ ip: IPAddress, for instance: InstanceReference, tier: NetworkTier)
        throws(ComputeOperation.Failure) -> ComputeAddress
    {
        let found = addresses.values.first {
            $0.ip == ip && $0.kind == .external && $0.reference.project == instance.project
                && $0.reference.region == instance.region && $0.status != .reserving
        }
        guard let found else {
            throw ComputeOperation.Failure(
                code: "INVALID_FIELD_VALUE",
                message: "Invalid value for field 'resource.natIP': '\(ip)'. The specified external IP address '\(ip)' was not found "
                    + "in region '\(instance.region)'.", httpStatus: 400)
        }
        guard found.networkTier == tier else {
            throw ComputeOperation.Failure(
                code: "INVALID_USAGE",
                message: "External IP address: \(ip) has a different network tier \(found.networkTier?.rawValue ?? "NONE") from the "
                    + "network tier in instance access config \(tier.rawValue).", httpStatus: 400)
        }
        return found
    }

    mutating func attach(_ wanted: AccessConfig, to reference: InstanceReference, id: UInt64) throws(ComputeOperation.Failure) {
        guard let instance = instances[reference], instance.id == id else { throw Self.instanceGone(reference) }
        guard instance.accessConfigs.isEmpty else {
            throw ComputeOperation.Failure(
                code: "INVALID_USAGE", message: "At most one access config currently supported.", httpStatus: 400)
        }
        var config = wanted
        config.networkTier = wanted.networkTier ?? .premium
        if let ip = wanted.natIP {
            let address = try reservedAddress(ip, for: reference, tier: config.networkTier ?? .premium)
            guard address.users.isEmpty, address.status == .reserved else {
                throw ComputeOperation.Failure(
                    code: "IP_IN_USE_BY_ANOTHER_RESOURCE", message: "IP '\(ip)' is already being used by another resource.",
                    httpStatus: 400)
            }
            addresses[address.reference]?.users = [instance.path]
            addresses[address.reference]?.status = .inUse
        } else {
            config.natIP = drawEphemeral()
        }
        instances[reference]?.accessConfigs = [config]
    }

    mutating func detach(_ name: String, from reference: InstanceReference, id: UInt64) throws(ComputeOperation.Failure) {
        guard let instance = instances[reference], instance.id == id else { throw Self.instanceGone(reference) }
        guard let config = instance.accessConfigs.first(where: { $0.name == name }) else { return }
        instances[reference]?.accessConfigs.removeAll { $0.name == name }
        giveBack(config, of: instance)
    }

    /// The address of an access config that is gone becomes free.
    func address(of config: AccessConfig, on instance: ComputeInstance) -> AddressReference? {
        addresses.values.first { $0.ip == config.natIP && $0.users.contains(instance.path) }?.reference
    }

    private mutating func giveBack(_ config: AccessConfig, of instance: ComputeInstance) {
        if let reference = address(of: config, on: instance) {
            release(reference, from: instance.path)
        } else if let ip = config.natIP {
            ephemeral.remove(ip)
        }
    }

    mutating func release(_ reference: AddressReference, from user: String) {
        addresses[reference]?.users.removeAll { $0 == user }
        if addresses[reference]?.users.isEmpty == true { addresses[reference]?.status = .reserved }
    }

    private static func instanceGone(_ reference: InstanceReference) -> ComputeOperation.Failure {
        ComputeOperation.Failure(
            code: "RESOURCE_NOT_FOUND", message: "The resource '\(reference)' was not found", httpStatus: 404)
    }

    /// An address of 198.18.0.0/16 that no one holds: nobody's on the Internet. Source: RFC 2544.
    mutating func drawEphemeral() -> IPAddress {
        while true {
            let ip = IPAddress(family: .v4, bits: 0xC612_0000 + UInt128(random.next() % 65_534 + 1))
            if ephemeral.insert(ip).inserted { return ip }
        }
    }
}

extension ComputeWorld {
    /// Puts an ephemeral address in the place of what the instance holds, from one moment to the next: for scripts.
    package mutating func replaceWithEphemeral(_ reference: InstanceReference) {
        guard let instance = instances[reference], var config = instance.accessConfigs.first else { return }
        if let address = address(of: config, on: instance) { release(address, from: instance.path) }
        config.natIP = drawEphemeral()
        instances[reference]?.accessConfigs = [config]
    }

    /// Takes off what the instance holds, from one moment to the next: for scripts.
    package mutating func takeOff(_ reference: InstanceReference) {
        guard let instance = instances[reference], let config = instance.accessConfigs.first else { return }
        giveBack(config, of: instance)
        instances[reference]?.accessConfigs = []
    }

    /// Puts an ephemeral address on an instance that has none, from one moment to the next: for scripts.
    package mutating func putOnEphemeral(_ reference: InstanceReference) {
        guard let instance = instances[reference], instance.accessConfigs.isEmpty else { return }
        let config = AccessConfig(name: "external-nat", natIP: drawEphemeral(), networkTier: .premium)
        instances[reference]?.accessConfigs = [config]
    }
}
