/// A validated policy: which nodes are to hold which addresses, and which security groups are to admit exactly those.
package struct Whitelist: Hashable, Sendable {
    /// The policy's name, written into each rule's description.
    package var name: String
    /// Observe and report, write nothing.
    package var suspend: Bool
    /// `nil`: only the whitelist half runs.
    package var nodes: Nodes?
    package var addresses: Addresses
    package var securityGroups: [Group]
    package var safety: Safety
    package var alerts: Alerts

    package struct Nodes: Hashable, Sendable {
        package var selector: LabelSelector
        /// The names given as `nodePools`, for people; empty with `selector`.
        package var nodePools: [String]
        package var startupTaint: String?
        package var maxConcurrentSwaps: Int

        package init(selector: LabelSelector, nodePools: [String], startupTaint: String?, maxConcurrentSwaps: Int) {
            self.selector = selector
            self.nodePools = nodePools
            self.startupTaint = startupTaint
            self.maxConcurrentSwaps = maxConcurrentSwaps
        }
    }

    package struct Addresses: Hashable, Sendable {
        package var project: String
        package var labels: [String: String]
        /// Empty: all regions.
        package var regions: [String]

        package init(project: String, labels: [String: String], regions: [String]) {
            self.project = project
            self.labels = labels
            self.regions = regions
        }

        /// Whether an Address belongs to the reserved set.
        package func selects(_ address: Address) -> Bool {
            address.reference.project == project && address.status != .reserving
                && (regions.isEmpty || regions.contains(address.reference.region))
                && labels.allSatisfy { address.labels[$0.key] == $0.value }
        }
    }

    package struct Group: Hashable, Sendable {
        package enum ForeignRules: String, Hashable, Sendable, CaseIterable { case revoke, report }
        package enum Scope: String, Hashable, Sendable, CaseIterable { case ports, group }
        package enum Keep: Hashable, Sendable {
            case cidr(CIDR)
            case securityGroup(String)
            case prefixList(String)
        }

        package var reference: SecurityGroupReference
        package var access: AWSAccess
        /// Sorted, disjoint.
        package var ports: [ManagedPort]
        package var foreignRules: ForeignRules
        package var scope: Scope
        /// Inbound rules that EC2 allows a family.
        package var ruleQuota: Int
        package var keep: [Keep]

        package init(
            reference: SecurityGroupReference, access: AWSAccess, ports: [ManagedPort], foreignRules: ForeignRules, scope: Scope,
            ruleQuota: Int, keep: [Keep]
        ) {
            self.reference = reference
            self.access = access
            self.ports = ports.sorted()
            self.foreignRules = foreignRules
            self.scope = scope
            self.ruleQuota = ruleQuota
            self.keep = keep
        }
    }

    package struct Safety: Hashable, Sendable {
        package var maxRevocations: Int
        package var allowEmpty: Bool

        package init(maxRevocations: Int, allowEmpty: Bool) {
            self.maxRevocations = maxRevocations
            self.allowEmpty = allowEmpty
        }
    }

    package struct Alerts: Hashable, Sendable {
        package var unboundAfter: Duration
        package var unassignedAfter: Duration
        /// An alert that goes on is told again after this.
        package var repeatEvery: Duration

        package init(unboundAfter: Duration, unassignedAfter: Duration, repeatEvery: Duration = .seconds(3600)) {
            self.unboundAfter = unboundAfter
            self.unassignedAfter = unassignedAfter
            self.repeatEvery = repeatEvery
        }
    }

    package init(
        name: String, suspend: Bool, nodes: Nodes?, addresses: Addresses, securityGroups: [Group], safety: Safety, alerts: Alerts
    ) {
        self.name = name
        self.suspend = suspend
        self.nodes = nodes
        self.addresses = addresses
        self.securityGroups = securityGroups
        self.safety = safety
        self.alerts = alerts
    }
}
