package import Model

/// A VM instance as GCE keeps it, so far as clients of addresses and access configs see it.
package struct ComputeInstance: Hashable, Sendable {
    package var reference: InstanceReference
    package var id: UInt64
    /// `RUNNING`, `STOPPING`, `TERMINATED`.
    package var status: String
    package var createdAt: Timestamp
    package var networkIP: IPAddress
    /// Of `nic0`; at most one. Empty for a private node.
    package var accessConfigs: [AccessConfig]
    package var labels: [String: String]
    package var serviceAccount: String
    package var isSpot: Bool

    package init(
        reference: InstanceReference, id: UInt64, status: String = "RUNNING", createdAt: Timestamp, networkIP: IPAddress,
        accessConfigs: [AccessConfig], labels: [String: String] = [:], serviceAccount: String, isSpot: Bool = false
    ) {
        self.reference = reference
        self.id = id
        self.status = status
        self.createdAt = createdAt
        self.networkIP = networkIP
        self.accessConfigs = accessConfigs
        self.labels = labels
        self.serviceAccount = serviceAccount
        self.isSpot = isSpot
    }

    /// Every region has the one of an auto mode network.
    static let subnetwork = "default"

    package var path: String { reference.description }
    package var externalIP: IPAddress? { accessConfigs.first?.natIP }

    /// Changes with the network interface.
    package var interfaceFingerprint: String {
        ComputeFingerprint.of(accessConfigs.map { "\($0.name) \($0.natIP?.description ?? "")" }.joined(separator: "\n"))
    }

    package func json(links: ComputeLinks) -> JSONValue {
        let project = "projects/\(reference.project)"
        let zone = "\(project)/zones/\(reference.zone)"
        return [
            "kind": "compute#instance", "id": .string(String(id)), "creationTimestamp": .string(createdAt.rfc3339Milli),
            "name": .string(reference.name), "tags": ["items": ["gke-node"], "fingerprint": .string(ComputeFingerprint.of("gke-node"))],
            "machineType": .string(links.link("\(zone)/machineTypes/e2-standard-4")), "status": .string(status),
            "zone": .string(links.link(zone)), "canIpForward": true, "networkInterfaces": [interface(links: links)],
            "disks": [disk(links: links, zone: zone)],
            "metadata": ["kind": "compute#metadata", "fingerprint": .string(ComputeFingerprint.of(""))],
            "serviceAccounts": [
                ["email": .string(serviceAccount), "scopes": ["https://www.googleapis.com/auth/cloud-platform"]]
            ],
            "selfLink": .string(links.link(path)),
            "scheduling": [
                "onHostMaintenance": isSpot ? "TERMINATE" : "MIGRATE", "automaticRestart": .bool(!isSpot),
                "preemptible": .bool(isSpot), "provisioningModel": isSpot ? "SPOT" : "STANDARD",
            ],
            "cpuPlatform": "Intel Broadwell", "labels": JSONValue(labels),
            "labelFingerprint": .string(ComputeFingerprint.of(labels)), "startRestricted": false, "deletionProtection": false,
            "fingerprint": .string(ComputeFingerprint.of("\(id) \(interfaceFingerprint)")),
            "lastStartTimestamp": .string(createdAt.rfc3339Milli),
        ]
    }

    private func interface(links: ComputeLinks) -> JSONValue {
        let project = "projects/\(reference.project)"
        var value: JSONValue = [
            "kind": "compute#networkInterface", "name": "nic0", "network": .string(links.link("\(project)/global/networks/default")),
            "subnetwork": .string(links.link("\(project)/regions/\(reference.region)/subnetworks/\(Self.subnetwork)")),
            "networkIP": .string(networkIP.description), "fingerprint": .string(interfaceFingerprint), "stackType": "IPV4_ONLY",
        ]
        if !accessConfigs.isEmpty { value["accessConfigs"] = .array(accessConfigs.map(\.computeJSON)) }
        return value
    }

    private func disk(links: ComputeLinks, zone: String) -> JSONValue {
        [
            "kind": "compute#attachedDisk", "type": "PERSISTENT", "mode": "READ_WRITE", "boot": true, "autoDelete": true, "index": 0,
            "deviceName": "persistent-disk-0", "interface": "SCSI", "diskSizeGb": "100",
            "source": .string(links.link("\(zone)/disks/\(reference.name)")),
        ]
    }
}

extension AccessConfig {
    package var computeJSON: JSONValue {
        var value: JSONValue = ["kind": "compute#accessConfig", "type": .string(type), "name": .string(name)]
        if let natIP { value["natIP"] = .string(natIP.description) }
        if let networkTier { value["networkTier"] = .string(networkTier.rawValue) }
        return value
    }
}
