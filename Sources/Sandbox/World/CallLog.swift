package import Model

/// What was called, when, and what came of it: the last calls in full, all calls counted.
package struct CallLog: Sendable {
    package struct Call: Hashable, Sendable {
        package var time: Timestamp
        package var api: SandboxAPI
        /// The vendor's name of the call, such as `addresses.aggregatedList` or `AuthorizeSecurityGroupIngress`.
        package var operation: String
        package var resource: String
        package var outcome: Outcome
    }

    package enum Outcome: Hashable, Sendable {
        case answered(status: Int)
        /// An error, by the vendor's code.
        case refused(status: Int, code: String)
        /// The connection was ended without an answer.
        case dropped
    }

    package struct Key: Hashable, Sendable {
        package var api: SandboxAPI
        package var operation: String
    }

    /// The oldest first; at most `capacity`.
    package private(set) var recent: [Call] = []
    package private(set) var counts: [Key: Int] = [:]
    /// How many calls stay readable in full.
    package var capacity: Int

    package init(capacity: Int) { self.capacity = capacity }

    package mutating func record(_ call: Call) {
        counts[Key(api: call.api, operation: call.operation), default: 0] += 1
        recent.append(call)
        if recent.count > capacity * 2 { recent.removeFirst(recent.count - capacity) }
    }

    package func count(_ api: SandboxAPI, _ operation: String) -> Int { counts[Key(api: api, operation: operation)] ?? 0 }

    package func count(_ api: SandboxAPI) -> Int { counts.reduce(0) { $1.key.api == api ? $0 + $1.value : $0 } }
}
