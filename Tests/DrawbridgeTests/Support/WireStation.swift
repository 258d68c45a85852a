import Foundation
import Model
import Sandbox

/// A kind of call at which the tool meets the faults of the wire, and what may not follow from them.
struct WireStation: Sendable {
    let api: SandboxAPI
    let operations: Set<String>
    /// All of these stand in the line that tells of it.
    let words: [String]
    /// The call is a reading on which these depend: without it nothing is revoked, and no address is taken off.
    var isReading = false
    /// A write: where the fault lets it through, nothing may have to be said.
    var isWrite = false
    /// The call is made only when a process begins.
    var isAtStart = false
    /// The call is made only while the group has no inbound rule.
    var isForEmptyGroup = false
    /// What comes back is a stream.
    var isStream = false
    /// What is tried again for long, or is followed by a rest: each fault is met in a world of its own.
    var isCostly = false
    /// Nobody needs to be told by the log that it failed.
    var isQuiet = false
    var policy: @Sendable (String, SandboxScenario) -> String = { text, _ in text }
    var variables: @Sendable (WireFront, SandboxHarness) -> [String: String] = { _, _ in [:] }

    var name: String { "\(api.rawValue) \(operations.sorted().joined(separator: ", "))" }

    init(_ api: SandboxAPI, _ operations: Set<String>, _ words: [String]) {
        self.api = api
        self.operations = operations
        self.words = words
    }

    /// Whether the call comes on a kept connection. (A group that was emptied by hand can't close by itself, which the fault would wait
    /// for.)
    var reusesConnections: Bool { ![.sts, .oauth, .metadata].contains(api) && !isStream && !isForEmptyGroup }

    func with(_ change: (inout WireStation) -> Void) -> WireStation {
        var copy = self
        change(&copy)
        return copy
    }

    @Sendable private static func withGoogleIdentity(_ text: String, _ scenario: SandboxScenario) -> String {
        text.replacingOccurrences(
            of: "      region: eu-west-1\n",
            with: "      region: eu-west-1\n      identity: google\n      roleArn: \(scenario.roleARN)\n")
    }

    static let all: [WireStation] = [
        WireStation(.compute, ["addresses.list"], ["addresses.list", "acme-prod"]).with { $0.isReading = true },
        WireStation(.compute, ["addresses.aggregatedList"], ["addresses.aggregatedList", "acme-prod"]).with {
            $0.isReading = true
            $0.policy = { text, _ in text.replacingOccurrences(of: "    regions: [europe-west1]\n", with: "") }
        },
        WireStation(.compute, ["instances.get"], ["instances.get", "egress"]),
        WireStation(.compute, ["addresses.get"], ["addresses.get", "egress"]),
        WireStation(
            .compute, ["instances.testIamPermissions", "addresses.testIamPermissions", "subnetworks.testIamPermissions"],
            ["testIamPermissions"]
        ).with {
            $0.isAtStart = true
            $0.isQuiet = true
        },
        WireStation(.compute, ["instances.deleteAccessConfig"], ["instances.deleteAccessConfig", "egress"]).with {
            $0.isWrite = true
            $0.isCostly = true
        },
        WireStation(.compute, ["instances.addAccessConfig"], ["instances.addAccessConfig", "egress"]).with {
            $0.isWrite = true
            $0.isCostly = true
        },
        // A write that is repeated under its request id is told how its operation ended, whether or not it can be followed.
        WireStation(.compute, ["zoneOperations.wait", "zoneOperations.get"], ["operation"]).with {
            $0.isQuiet = true
            $0.isCostly = true
        },
        WireStation(.metadata, ["token"], ["metadata token"]).with {
            $0.isCostly = true
            $0.isReading = true
            $0.isAtStart = true
        },
        WireStation(.oauth, ["jwt-bearer"], ["token"]).with {
            $0.isCostly = true
            $0.isReading = true
            $0.isAtStart = true
            $0.variables = { front, _ in ["GOOGLE_APPLICATION_CREDENTIALS": front.environment["SANDBOX_SERVICE_ACCOUNT"] ?? ""] }
        },
        WireStation(.ec2, ["DescribeSecurityGroupRules"], ["DescribeSecurityGroupRules", "sg-"]).with { $0.isReading = true },
        WireStation(.ec2, ["DescribeSecurityGroups"], ["DescribeSecurityGroups", "sg-"]).with { $0.isForEmptyGroup = true },
        WireStation(.ec2, ["AuthorizeSecurityGroupIngress"], ["AuthorizeSecurityGroupIngress", "sg-"]).with { $0.isWrite = true },
        WireStation(.ec2, ["RevokeSecurityGroupIngress"], ["RevokeSecurityGroupIngress", "sg-"]).with { $0.isWrite = true },
        WireStation(.sts, ["AssumeRole"], ["AssumeRole", "role/drawbridge"]).with {
            $0.isReading = true
            $0.isAtStart = true
            $0.policy = { text, scenario in
                text.replacingOccurrences(
                    of: "      region: eu-west-1\n", with: "      region: eu-west-1\n      roleArn: \(scenario.roleARN)\n")
            }
        },
        WireStation(.sts, ["AssumeRoleWithWebIdentity"], ["AssumeRoleWithWebIdentity", "role/drawbridge"]).with {
            $0.isReading = true
            $0.isAtStart = true
            $0.policy = withGoogleIdentity
        },
        WireStation(.metadata, ["identity"], ["metadata token"]).with {
            $0.isCostly = true
            $0.isReading = true
            $0.isAtStart = true
            $0.policy = withGoogleIdentity
        },
        WireStation(.kubernetes, ["nodes.list"], ["nodes"]).with { $0.isReading = true },
        WireStation(.kubernetes, ["nodes.get"], ["node", "egress"]).with { $0.isCostly = true },
        WireStation(.kubernetes, ["nodes.watch"], ["nodes can't be watched"]).with {
            $0.isAtStart = true
            $0.isStream = true
        },
        WireStation(.kubernetes, ["nodes.patch"], ["nodes", "egress"]).with {
            $0.isWrite = true
            $0.isCostly = true
        },
        WireStation(.kubernetes, ["leases.get", "leases.create", "leases.patch", "leases.update"], ["lease"]).with { $0.isAtStart = true },
        WireStation(.kubernetes, ["leases.patch", "leases.update"], ["lease"]).with { $0.isWrite = true },
        WireStation(.kubernetes, ["events.create", "events.patch"], ["events"]).with { $0.isQuiet = true },
    ]
}

extension WireFault.Kind {
    /// What came back, in the words of the log; any one of them.
    var words: [String] {
        switch self {
        case .reset, .lostAnswer, .halfAnswer, .staleConnection: ["interrupted", "connect:"]
        case .slowAnswer, .silence: ["timeout", "no answer within"]
        case .garbage: ["malformed-response"]
        case .unavailable: ["503"]
        case .gatewayTimeout: ["504"]
        case .tooMany: ["429"]
        case .redirect: ["302"]
        case .oversized: ["too-large", "is longer than"]
        case .handshake, .untrusted, .expired: ["tls:"]
        }
    }

    /// Whether a write is carried out all the same.
    var letsThrough: Bool { [.lostAnswer, .halfAnswer, .slowAnswer, .gatewayTimeout, .staleConnection].contains(self) }
}
