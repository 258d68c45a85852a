package import Model

extension ComputeWorld {
    /// Puts an Address there, reserved from one moment to the next. A free IP is chosen where none is given.
    @discardableResult
    package mutating func reserve(
        _ reference: AddressReference, ip: IPAddress? = nil, kind: ComputeAddress.Kind = .external,
        tier: NetworkTier = .premium, labels: [String: String] = [:], users: [String] = [], now: Timestamp
    ) -> ComputeAddress {
        advance(to: now)
        let address = ComputeAddress(
            reference: reference, id: random.numericID(), ip: ip ?? drawReserved(kind), prefixLength: ip?.family == .v6 ? 96 : nil,
            kind: kind, networkTier: tier, status: users.isEmpty ? .reserved : .inUse, labels: labels, users: users, createdAt: now)
        addresses[reference] = address
        return address
    }

    /// TEST-NET-3 first, then TEST-NET-1 and -2, then 198.19.0.0/16; internal ones of 10.128.0.0/16. Source: RFC 5737, RFC 2544.
    private mutating func drawReserved(_ kind: ComputeAddress.Kind) -> IPAddress {
        while true {
            let ip: IPAddress
            if kind == .internal {
                nextInternal += 1
                ip = IPAddress(family: .v4, bits: 0x0A80_0000 + nextInternal)
            } else {
                let number = nextReserved
                nextReserved += 1
                let bits =
                    switch number {
                    case ..<255: 0xCB00_7100 + number
                    case ..<509: 0xC000_0200 + number - 254
                    case ..<763: 0xC633_6400 + number - 508
                    default: 0xC613_0000 + number - 762
                    }
                ip = IPAddress(family: .v4, bits: UInt128(bits))
            }
            if !addresses.values.contains(where: { $0.ip == ip }) { return ip }
        }
    }

    package func address(_ reference: AddressReference) throws(ComputeError) -> ComputeAddress {
        try checkRegion(reference.region, project: reference.project)
        guard let address = addresses[reference] else { throw .notFound(ComputeAddress.path(reference)) }
        return address
    }

    /// What `addresses.insert` is asked for.
    package struct AddressRequest: Sendable {
        package var ip: IPAddress?
        package var kind: ComputeAddress.Kind
        package var tier: NetworkTier
        package var labels: [String: String]
        package var description: String
    }

    package mutating func insertAddress(
        _ reference: AddressReference, _ request: AddressRequest, caller: Caller, now: Timestamp
    ) throws(ComputeError) -> ComputeOperation {
        advance(to: now)
        try checkRegion(reference.region, project: reference.project)
        let path = ComputeAddress.path(reference)
        if let earlier = try remembered(caller, project: reference.project, type: "insert", targetPath: path, now: now) {
            return earlier
        }
        guard addresses[reference] == nil else {
            throw ComputeError(status: 409, reason: "alreadyExists", message: "The resource '\(path)' already exists")
        }
        if let ip = request.ip, addresses.values.contains(where: { $0.ip == ip && $0.reference.project == reference.project }) {
            throw .invalid(field: "resource.address", value: ip.description, "Specified IP address is already reserved.")
        }
        let address = reserve(
            reference, ip: request.ip, kind: request.kind, tier: request.tier, labels: request.labels, now: now)
        addresses[reference]?.status = .reserving
        addresses[reference]?.description = request.description
        return begin(
            "insert", on: path, id: address.id, project: reference.project, scope: Self.scope(reference), caller: caller,
            takes: settings.addressOperation, now: now, action: .insertAddress(reference))
    }

    /// Refused while anything uses it.
    package mutating func deleteAddress(_ reference: AddressReference, caller: Caller, now: Timestamp)
        throws(ComputeError) -> ComputeOperation
    {
        advance(to: now)
        let path = ComputeAddress.path(reference)
        if let earlier = try remembered(caller, project: reference.project, type: "delete", targetPath: path, now: now) {
            return earlier
        }
        let address = try address(reference)
        if let user = address.users.first {
            throw ComputeError(
                status: 400, reason: "resourceInUseByAnotherResource",
                message: "The address resource '\(path)' is already being used by '\(ComputeLinks.path(of: user))'")
        }
        return begin(
            "delete", on: path, id: address.id, project: reference.project, scope: Self.scope(reference), caller: caller,
            takes: settings.addressOperation, now: now, action: .deleteAddress(reference, id: address.id))
    }

    package mutating func setLabels(
        _ labels: [String: String], fingerprint: String, on reference: AddressReference, caller: Caller, now: Timestamp
    ) throws(ComputeError) -> ComputeOperation {
        advance(to: now)
        let address = try address(reference)
        if let earlier = try remembered(
            caller, project: reference.project, type: "setLabels", targetPath: address.path, now: now)
        {
            return earlier
        }
        guard fingerprint == ComputeFingerprint.of(address.labels) else {
            throw ComputeError(
                status: 412, reason: "conditionNotMet",
                message: "Labels fingerprint either invalid or resource labels have changed")
        }
        return begin(
            "setLabels", on: address.path, id: address.id, project: reference.project, scope: Self.scope(reference), caller: caller,
            takes: settings.addressOperation, now: now, action: .setLabels(reference, labels: labels))
    }

    mutating func removeAddress(_ reference: AddressReference, id: UInt64) throws(ComputeOperation.Failure) {
        guard let address = addresses[reference], address.id == id else {
            throw ComputeOperation.Failure(
                code: "RESOURCE_NOT_FOUND", message: "The resource '\(ComputeAddress.path(reference))' was not found",
                httpStatus: 404)
        }
        if let user = address.users.first {
            throw ComputeOperation.Failure(
                code: "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE",
                message: "The address resource '\(address.path)' is already being used by '\(ComputeLinks.path(of: user))'",
                httpStatus: 400)
        }
        addresses[reference] = nil
    }

    /// Takes an Address away from one moment to the next, whatever used it: for scripts and tests. An instance that held it keeps
    /// it as an ephemeral one.
    package mutating func dropAddress(_ reference: AddressReference) { addresses[reference] = nil }

    /// Has something that is no instance use a free Address (a forwarding rule, a router), or gives it back: by its self link.
    package mutating func setUser(_ link: String?, of reference: AddressReference) {
        guard let address = addresses[reference], !address.users.contains(where: { InstanceReference(selfLink: $0) != nil }) else { return }
        addresses[reference]?.users = link.map { [$0] } ?? []
        addresses[reference]?.status = link == nil ? .reserved : .inUse
    }

    /// Changes labels from one moment to the next.
    package mutating func relabel(_ reference: AddressReference, _ labels: [String: String]) {
        addresses[reference]?.labels = labels
    }

    private static func scope(_ reference: AddressReference) -> ComputeOperation.Scope {
        reference.region == ComputeAddress.globalScope ? .global : .region(reference.region)
    }
}
