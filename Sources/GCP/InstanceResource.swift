import Model

/// An `Instance` as Compute Engine writes it, so far as asked for. Source: Compute Engine REST v1, `instances`.
struct InstanceResource: Decodable, Sendable {
    struct NetworkInterface: Decodable, Sendable {
        var name: String?
        var subnetwork: String?
        var accessConfigs: [AccessConfig]?
    }

    struct AccessConfig: Decodable, Sendable {
        var name: String?
        var type: String?
        var natIP: String?
        var networkTier: String?
    }

    /// The partial response asked for. An instance's metadata can be hundreds of kilobytes, and on GKE it holds the node's
    /// bootstrap credentials.
    /// Source: Compute Engine documentation, "Improve performance: partial responses".
    static let fields = "id,name,status,networkInterfaces(name,subnetwork,accessConfigs(name,type,natIP,networkTier))"

    var id: String?
    var name: String?
    var status: String?
    var networkInterfaces: [NetworkInterface]?

    func instance(_ reference: InstanceReference) throws(AddressResource.Malformed) -> Instance {
        guard let id, !id.isEmpty else { throw AddressResource.Malformed(reason: "the instance has no id") }
        guard let status, !status.isEmpty else { throw AddressResource.Malformed(reason: "the instance has no status") }
        if let name, name != reference.name {
            throw AddressResource.Malformed(reason: "the answer is about the instance '\(name.prefix(100))'")
        }
        var interfaces: [Model.NetworkInterface] = []
        for interface in networkInterfaces ?? [] {
            guard let name = interface.name, !name.isEmpty else {
                throw AddressResource.Malformed(reason: "a network interface has no name")
            }
            var configs: [Model.AccessConfig] = []
            for config in interface.accessConfigs ?? [] { configs.append(try Self.accessConfig(config)) }
            interfaces.append(
                Model.NetworkInterface(
                    name: name, accessConfigs: configs, subnetwork: interface.subnetwork.flatMap { SubnetworkReference(selfLink: $0) }))
        }
        return Instance(reference: reference, id: id, status: status, networkInterfaces: interfaces)
    }

    private static func accessConfig(_ config: AccessConfig) throws(AddressResource.Malformed) -> Model.AccessConfig {
        guard let name = config.name, !name.isEmpty else {
            throw AddressResource.Malformed(reason: "an access config has no name")
        }
        var natIP: IPAddress?
        if let text = config.natIP, !text.isEmpty {
            guard let ip = IPAddress(text) else {
                throw AddressResource.Malformed(reason: "access config \(name) has '\(text.prefix(60))' for its natIP")
            }
            natIP = ip
        }
        var tier: NetworkTier?
        if let text = config.networkTier {
            tier = NetworkTier(rawValue: text)
            if tier == nil {
                throw AddressResource.Malformed(reason: "access config \(name) has the unknown network tier '\(text.prefix(60))'")
            }
        }
        return Model.AccessConfig(name: name, type: config.type ?? Model.AccessConfig.oneToOneNAT, natIP: natIP, networkTier: tier)
    }
}
