import Model

/// A security group of the embedded EC2.
package struct EC2Group: Sendable {
    package var id: String
    package var name: String
    package var description: String
    package var vpcID: String
    package var ownerID: String
    package var region: String
    /// In the default VPC a revoke by properties that matches nothing is no error.
    package var isDefaultVPC: Bool
    /// What is true now; a describe may still show less. Source: EC2 developer guide, "Eventual consistency".
    package private(set) var rules: [EC2Rule]
    private var visible: [EC2Rule]
    private var pending: [(at: Timestamp, rules: [EC2Rule])] = []

    package init(
        id: String, name: String, description: String = "sandbox", vpcID: String, ownerID: String, region: String,
        isDefaultVPC: Bool = false, rules: [EC2Rule]
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.vpcID = vpcID
        self.ownerID = ownerID
        self.region = region
        self.isDefaultVPC = isDefaultVPC
        self.rules = rules
        visible = rules
    }

    package var inbound: [EC2Rule] { rules.filter { !$0.isEgress } }

    /// Changes the rules; describes show it from `visibleAt` on.
    mutating func write(_ rules: [EC2Rule], now: Timestamp, visibleAt: Timestamp) {
        self.rules = rules
        settle(now)
        if visibleAt <= now {
            visible = rules
            pending = []
        } else {
            pending.append((visibleAt, rules))
        }
    }

    /// What a describe shows.
    mutating func described(now: Timestamp) -> [EC2Rule] {
        settle(now)
        return visible
    }

    private mutating func settle(_ now: Timestamp) {
        while let first = pending.first, first.at <= now {
            visible = first.rules
            pending.removeFirst()
        }
    }
}
