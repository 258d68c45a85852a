import AWS
import GCP
import Kubernetes
import Model

/// What the clients of one process remember between calls: their budgets of retries, the clock correction, and which permissions were
/// asked.
struct Clients {
    /// The calls that share a budget, as the shipped clients have it.
    enum Purse: Hashable {
        case computeReads, computeWrites, kubernetes
        case ec2(EC2Operation)

        func budget(now: Instant) -> RetryBudget {
            switch self {
            case .computeReads: ComputeClient.Retries.readBudget(now: now)
            case .computeWrites: ComputeClient.Retries.writeBudget(now: now)
            case .kubernetes: KubernetesRetries.budget(now: now)
            case .ec2(let operation): operation.budget(now: now)
            }
        }
    }

    private let start: Instant
    private var budgets: [Purse: RetryBudget] = [:]
    let skew = ClockSkew()
    /// Zone or region → what is missing, for ten minutes.
    var permissions: [String: (missing: [String], until: Int)] = [:]

    init(now: Instant) { start = now }

    subscript(purse: Purse) -> RetryBudget {
        get { budgets[purse] ?? purse.budget(now: start) }
        set { budgets[purse] = newValue }
    }
}

extension CallKind {
    var purse: Clients.Purse {
        switch self {
        case .describeRules: .ec2(.describeSecurityGroupRules)
        case .describeGroups: .ec2(.describeSecurityGroups)
        case .authorizeIngress: .ec2(.authorizeSecurityGroupIngress)
        case .revokeIngress: .ec2(.revokeSecurityGroupIngress)
        default: cloud == .kubernetes ? .kubernetes : writes ? .computeWrites : .computeReads
        }
    }
}
