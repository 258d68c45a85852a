/// What a scenario starts from. Whole numbers, so that a scenario is easily written down and made smaller.
package enum Setting: String, CaseIterable, Hashable, Sendable {
    case replicas
    /// One, or two that share the group by ports and have a pool each.
    case policies
    /// Security groups a policy.
    case groups
    case nodes, otherNodes
    /// Labelled Addresses a policy; of these so many are admitted at the start.
    case addresses, admitted
    /// Nodes a policy that hold admitted Addresses, and have ever since.
    case bound
    /// Rules at the start for Addresses that are gone, and rules that nobody accounts for.
    case stale, foreign
    case maxRevocations, allowEmpty, foreignReport, scopeGroup, taint, maxSwaps
    case quota
    /// Seconds.
    case interval, lastGood
    /// Milliseconds: how much lists of Addresses, describes and Node objects lag behind, always.
    case listLag, describeLag, nodeLag
    /// Milliseconds of one way, at most.
    case latency
    /// Milliseconds: how long GCE's operations take.
    case operation
    /// The first replica runs on the pool's first node.
    case ownNode
    /// The pool's first node holds a static address that somebody gave it by hand.
    case byHand
    /// Addresses and nodes on a page of their lists; 0 for lists that come whole.
    case page
    /// Milliseconds: after this nothing goes wrong any more.
    case chaos

    package var least: Int {
        switch self {
        case .replicas, .policies, .groups, .nodes, .addresses, .maxRevocations, .maxSwaps, .latency: 1
        case .interval: 10
        case .quota: 60
        case .lastGood: 3600
        case .operation: 100
        case .chaos: 10_000
        default: 0
        }
    }
}
