package import Model

/// What was called, when, by whom, and what came of it: the last calls in full, all calls counted.
package struct CallLog: Sendable {
    package struct Call: Hashable, Sendable {
        /// When it was received.
        package var time: Timestamp
        package var api: SandboxAPI
        /// The vendor's name of the call, such as `addresses.aggregatedList`, `AuthorizeSecurityGroupIngress` or `nodes.patch`.
        package var operation: String
        package var resource: String
        package var outcome: Outcome
        /// The header `X-Sandbox-Caller`, by which whoever sets up the callers tells them apart; else the `User-Agent`.
        package var caller: String
        /// The `requestId` of a call of Compute Engine.
        package var requestID: String?
        /// When what it asked for took place, or is due to: the end of its operation where it began one. `nil` for what changes nothing.
        package var effectAt: Timestamp?

        package init(
            time: Timestamp, api: SandboxAPI, operation: String, resource: String, outcome: Outcome, caller: String = "",
            requestID: String? = nil, effectAt: Timestamp? = nil
        ) {
            self.time = time
            self.api = api
            self.operation = operation
            self.resource = resource
            self.outcome = outcome
            self.caller = caller
            self.requestID = requestID
            self.effectAt = effectAt
        }
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

    /// The header that names a call's caller; a server of a real cloud passes it over.
    package static let callerHeader = "X-Sandbox-Caller"

    /// The oldest first; at most twice `capacity`.
    package private(set) var recent: [Call] = []
    package private(set) var counts: [Key: Int] = [:]
    /// How many calls are counted but can't be read any more: what is concluded from `recent` holds only while this is 0.
    package private(set) var forgotten = 0
    /// How many calls stay readable in full.
    package var capacity: Int

    package init(capacity: Int) { self.capacity = capacity }

    package mutating func record(_ call: Call) {
        counts[Key(api: call.api, operation: call.operation), default: 0] += 1
        recent.append(call)
        guard recent.count > capacity * 2 else { return }
        forgotten += recent.count - capacity
        recent.removeFirst(recent.count - capacity)
    }

    package func count(_ api: SandboxAPI, _ operation: String) -> Int { counts[Key(api: api, operation: operation)] ?? 0 }

    package func count(_ api: SandboxAPI) -> Int { counts.reduce(0) { $1.key.api == api ? $0 + $1.value : $0 } }
}

extension CallLog.Call {
    /// Whether it asks for a change.
    package var isWrite: Bool { Self.changes(api, operation) }

    /// Calls of these APIs only; tokens are not counted as changes.
    package static func changes(_ api: SandboxAPI, _ operation: String) -> Bool {
        let verb = operation.split(separator: ".").last.map(String.init) ?? operation
        return switch api {
        case .metadata, .oauth, .sts: false
        case .ec2, .rds: !operation.hasPrefix("Describe")
        case .compute: ["addAccessConfig", "deleteAccessConfig", "insert", "delete", "setLabels"].contains(verb)
        case .kubernetes: ["create", "update", "patch", "delete"].contains(verb)
        }
    }
}
