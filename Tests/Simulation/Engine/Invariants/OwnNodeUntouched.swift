import Model
import Sandbox

/// Nothing is taken off the node that a replica runs on by that replica: it would cut its own way out.
struct OwnNodeUntouched: Invariant {
    var judged = 0
    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        guard case .detaches(let replica, _, let instance, _) = event, let own = ledger.stage.ownNode(of: replica)
        else { return nil }
        judged += 1
        guard instance.name == own else { return nil }
        return "r\(replica) takes the address off \(own), on which it runs"
    }
}
