import Model
import Planning

/// Where a controller stands, as JSON, for programs: `/api/v1/status` and `drawbridge status --format json`. Members have a fixed order,
/// so the same snapshot gives the same bytes.
///
/// `version` grows when a key or word changes its meaning or goes; readers must pass over those that they don't know. A key marked `?` is
/// left out where it has nothing to say. Times are RFC 3339 in UTC. The words of rules, nodes and Addresses (`class`, `state`, `reason`,
/// `cause`, `sourceType`) are those of `PlanDocument`. Sentences (`message`, `summary`, `advice`, `what`, `why`) are for people and may
/// change at any time.
///
/// | key | value |
/// |---|---|
/// | `version` | 1 |
/// | `controller` | the process that answers |
/// | `alerts[]` | what fires or is about to: `kind`, `severity`, `policy?`, `subject`, `state`, `since`, `summary`, `action` |
/// | `policies[]` | one for each policy, in the file's order |
/// | `changes[]` | the last changes, the newest first: `HistoryEntry`'s members |
///
/// The controller:
///
/// | key | value |
/// |---|---|
/// | `version`, `replica` | the program's version; this replica's name |
/// | `role` | `leading`, `standingBy` (it knows little: ask the holder), `electing` (nobody is known to lead), `dryRun` |
/// | `holder?` | who leads, of one that stands by |
/// | `startedAt`, `at` | when the process began; when this was put together |
///
/// A policy:
///
/// | key | value |
/// |---|---|
/// | `name`, `suspended` | the policy |
/// | `pass`, `passedAt?`, `succeededAt?` | the number of the last pass, 0 before the first; when it was; the last that could read everything and after which nothing had gone wrong |
/// | `troubles[]` | what went wrong between the last two passes |
/// | `swaps[]` | under way: `node`, `address`, `ip`, `previousIP?`, `step`, `since`, `resumed`, `stranded?` |
/// | `works[]` | groups being worked on: `id`, `region`, `step`, `since` |
/// | `summary?`, `advice[]`, `approval?`, `unknowns[]` | as in a plan; none before the first pass |
/// | `securityGroups[]`, `nodes?[]`, `addresses[]` | where each stands, below |
/// | `nodesUnknown?`, `addressesUnknown?` | why the pool, or a part of the reserved set, is not known |
///
/// A rule of a security group has a plan's members, `state` (`stays`, `authorize`, `revoke`, `held`), and `since?`. A node and an Address
/// have a plan's members and `since?`: since when it stands so. An Address also has `admittedSince?`, once every group admits it.
/// `…AtLeast?` is `true` beside a time at which it was already so when this process first looked.
package struct StatusDocument: Sendable {
    package static let version = 1

    let snapshot: ControllerSnapshot

    package init(_ snapshot: ControllerSnapshot) { self.snapshot = snapshot }

    /// One JSON document on one line.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.put("version", Self.version)
            writer.object("controller", controller)
            writer.list("alerts", snapshot.alerts, Self.alert)
            writer.list("policies", snapshot.policies) { writer, policy in writer.object { Self.policy(&$0, policy) } }
            writer.list("changes", snapshot.changes) { writer, entry in writer.object { entry.members(&$0) } }
        }
        return writer.bytes + [0x0A]
    }

    private func controller(_ writer: inout JSONWriter) {
        writer.put("version", snapshot.version)
        writer.put("replica", snapshot.replica)
        writer.put("role", snapshot.role.word)
        if case .standingBy(let holder) = snapshot.role { writer.put("holder", holder) }
        writer.put("startedAt", snapshot.startedAt.rfc3339)
        writer.put("at", snapshot.at.rfc3339)
    }

    private static func alert(_ writer: inout JSONWriter, _ alert: AlertSnapshot) {
        writer.object { writer in
            writer.put("kind", alert.kind)
            writer.put("severity", alert.severity.rawValue)
            writer.put("policy", alert.policy)
            writer.put("subject", alert.subject)
            writer.put("state", alert.state)
            writer.put("since", alert.since.rfc3339)
            writer.put("summary", alert.summary)
            writer.put("action", alert.action)
        }
    }

    private static func policy(_ writer: inout JSONWriter, _ snapshot: PolicySnapshot) {
        writer.put("name", snapshot.policy.name)
        writer.put("suspended", snapshot.policy.suspend)
        writer.put("pass", snapshot.pass)
        writer.put("passedAt", snapshot.passedAt?.rfc3339)
        writer.put("succeededAt", snapshot.succeededAt?.rfc3339)
        writer.texts("troubles", snapshot.troubles)
        writer.list("swaps", snapshot.activity.swaps) { writer, swap in
            writer.object { writer in
                writer.put("node", swap.node)
                writer.put("address", swap.address.name)
                writer.put("ip", swap.ip.description)
                writer.put("previousIP", swap.previousIP?.description)
                writer.put("step", swap.step.rawValue)
                writer.put("since", swap.since.rfc3339)
                writer.put("resumed", swap.isResumed)
                writer.put("stranded", swap.stranded)
            }
        }
        writer.list("works", snapshot.activity.works) { writer, work in
            writer.object { writer in
                writer.put("id", work.group.id)
                writer.put("region", work.group.region)
                writer.put("step", work.step.rawValue)
                writer.put("since", work.since.rfc3339)
            }
        }
        plan(&writer, snapshot)
    }
}

extension JSONWriter {
    /// A time, and whether it may be longer.
    mutating func put(_ key: String, _ since: Chronology.Since?) {
        guard let since else { return }
        put(key, since.at.rfc3339)
        if since.isAtLeast { put("\(key)AtLeast", true) }
    }
}

extension HistoryEntry {
    /// As in the history's JSON lines.
    func members(_ writer: inout JSONWriter) {
        writer.put("at", at.rfc3339)
        writer.put("replica", replica)
        writer.put("policy", policy)
        writer.put("kind", kind)
        writer.put("subject", subject)
        writer.put("what", what)
        writer.put("why", why)
        writer.texts("requestIDs", requestIDs)
    }
}
