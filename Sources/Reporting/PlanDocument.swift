import FoundationEssentials
import Model
package import Planning

/// Plans as JSON, for programs. Keys are sorted and every list has a fixed order, so the same plans give the same bytes.
///
/// `version` grows when a key or word changes its meaning or goes; readers must pass over those that they don't know. A key marked `?` is
/// left out where it has nothing to say. Sentences (`message`, `summary`, `advice`) are for people and may change at any time.
///
/// | key | value |
/// |---|---|
/// | `version` | 1 |
/// | `policies[]` | one for each policy, in the file's order |
///
/// A policy:
///
/// | key | value |
/// |---|---|
/// | `name` | the policy's name |
/// | `suspended` | whether it is suspended: what is planned is not carried out |
/// | `pending` | whether carrying the plan out writes anything, anywhere |
/// | `summary`, `advice[]` | what the plan comes to; what a person should know or do |
/// | `approval?` | what is held for approval: `digest` (for `apply --approve`) and `revocations` (a number) |
/// | `unknowns[]` | failed readings: `cause` and `message` |
/// | `securityGroups[]` | by region and id |
/// | `nodes?[]`, `nodesUnknown?` | the pool, by name; none for a policy without nodes. Why it could not be read: it is empty then |
/// | `addresses[]`, `addressesUnknown?` | the reserved set, by project, region and name. Why some may be missing from it |
///
/// A security group:
///
/// | key | value |
/// |---|---|
/// | `id`, `region`, `ports[]` | the group; the managed ports, such as `tcp/5432` or `udp/5000-5010` |
/// | `unknown?` | why it could not be read: the lists are empty then, which says nothing |
/// | `authorize[]`, `revoke[]` | rules to be added, and to be removed |
/// | `held[]` | rules that are due to be removed, but held |
/// | `standing[]` | rules that stay |
/// | `withoutRoom[]` | names of reserved Addresses for whose rules the quota has no room |
/// | `quota[]` | by `family` (4, 6): inbound rules `before` and `after` the plan, and the `limit` |
///
/// A rule:
///
/// | key | value |
/// |---|---|
/// | `id?` | `sgr-…`; none for one that is to be added |
/// | `source`, `sourceType` | what it admits |
/// | `protocol`, `fromPort?`, `toPort?` | as EC2 has them; protocol `-1` is all traffic |
/// | `description` | as it stands in EC2, whoever wrote it |
/// | `class`, `owner?` | what it is to the policy; the other policy's name with class `otherOwner` |
/// | `makesRoom?` | `true` in `revoke` when it goes before anything is added, to make room at the quota |
/// | `hold?` | in `held`: `reason`, `message`, and `approvable` (whether `apply --approve` frees it) |
///
/// A node:
///
/// | key | value |
/// |---|---|
/// | `name`, `state` | the node, and where it stands |
/// | `address?` | the name of the Address that it holds or is to get |
/// | `externalIPs?[]` | what it holds; none when that is not known, more than one when it is not known which |
/// | `wait?` | of a waiting node: `reason` and `message` |
/// | `removesStartupTaint` | whether the plan takes the startup taint off |
/// | `startupTaintWaitsFor[]` | groups (`id`, `region`) that must admit its address before the taint comes off |
///
/// An Address:
///
/// | key | value |
/// |---|---|
/// | `project`, `region`, `name`, `id`, `cidr` | the Address, its numeric id, its block: a /32, or the range of an IPv6 reservation |
/// | `state` | who holds it |
/// | `node?`, `users?[]`, `unknown?` | the node of `bound` and `claimed`, the holders of `boundElsewhere`, the cause of `unknown` |
/// | `notAdmittedIn[]` | groups (`id`, `region`) that do not admit it yet, as far as is known: of a group with `unknown` it is not |
///
/// The words:
///
/// | key | word | means |
/// |---|---|---|
/// | `cause` | `denied` | the identity may not read it |
/// | | `missing` | what was asked about does not exist |
/// | | `partial` | only a part was answered |
/// | | `failed` | no answer, or none that could be read |
/// | `sourceType` | `cidr` | a block of addresses |
/// | | `securityGroup` | a group's id, behind `ACCOUNT/` where EC2 names one |
/// | | `prefixList` | a prefix list's id |
/// | `class` | `reserved` | admits reserved addresses and nothing else |
/// | | `released` | written for an Address that is gone for certain: someone else may hold the IP |
/// | | `stale` | written for an Address that has left the reserved set |
/// | | `foreign` | in scope, and admits what is not reserved |
/// | | `kept` | lies in an entry of the policy's `keep` |
/// | | `otherOwner` | another Drawbridge policy's |
/// | | `outOfScope` | does not concern the policy |
/// | `hold.reason` | `brake` | more revocations are pending than go without approval |
/// | | `unmanagedPorts` | its revoke would cut ports outside the managed ones |
/// | | `indirectSource` | its source is a security group or a prefix list |
/// | | `emptyReservedSet` | the reserved set is empty, and `safety.allowEmpty` false |
/// | | `inUse` | pool nodes depend on it |
/// | | `notReadBack` | exact rules for what it covers are yet to be read back |
/// | | `unknown` | something needed is not known: with it, `class` may be other than it says |
/// | `wait.reason` | `exhausted` | no reserved address fits: region, network tier, all taken |
/// | | `notAdmitted` | an address is free, but not yet admitted |
/// | | `concurrency` | as many swaps as may run are under way |
/// | | `firstSwap` | the first swap of this controller goes alone |
/// | | `ownNode` | it runs the controller |
/// | | `privateNode` | its instance has no external access config |
/// | | `otherStaticAddress` | it holds a static address outside the reserved set, which no rule of this policy is for |
/// | | `noInstance` | its `spec.providerID` names no GCE instance |
/// | | `otherProject` | its instance is in another project than the policy's addresses |
/// | | `instanceChanged` | its instance was recreated |
/// | | `instanceGone` | its instance is gone |
/// | | `instanceStatus` | its instance is not running |
/// | | `beingDeleted` | the Node is being deleted |
/// | | `otherClaim` | a swap of another policy on it is not over |
/// | | `backOff` | a swap failed a moment ago |
/// | | `unknown` | something needed is not known |
/// | | `outsidePlan` | a saved plan is carried out, and this is not in it |
/// | | `paused` | the policy is suspended, or only the whitelist half runs |
/// | a node's `state` | `bound` | holds a reserved address |
/// | | `swap` | gets one by this plan |
/// | | `resume` | an interrupted swap is finished or undone by this plan |
/// | | `swapping` | a swap is under way |
/// | | `waiting` | has none, and gets none now |
/// | an Address's `state` | `bound` | held by a pool node |
/// | | `claimed` | on its way to a pool node |
/// | | `unbound` | held by nothing |
/// | | `boundElsewhere` | held by something outside the pool |
/// | | `unknown` | held by something; whether by a pool node is not known |
package struct PlanDocument: Encodable, Sendable {
    package static let version = 1

    let version = PlanDocument.version
    let policies: [Policy]

    package init(_ plans: [Plan]) { policies = plans.map(Policy.init) }

    /// One JSON document, indented, with a line end. What a terminal would act on, or not show, is written as an escape.
    package var json: String { Self.json(self) }

    static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { preconditionFailure("a plan holds texts, numbers and booleans only") }
        var text = ""
        for scalar in String(decoding: data, as: UTF8.self).unicodeScalars {
            if scalar != "\n" && Printable.isHidden(scalar) {
                // Such a scalar stands within a string: the encoder's own layout is line ends and spaces.
                text += Character(scalar).utf16.map { unit in
                    let digits = String(unit, radix: 16)
                    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }.joined()
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text + "\n"
    }

    struct Policy: Encodable {
        let name: String
        let suspended: Bool
        let pending: Bool
        let summary: String
        let advice: [String]
        let approval: Approval?
        let unknowns: [Unknown]
        let securityGroups: [Group]
        let nodes: [Node]?
        let nodesUnknown: Unknown?
        let addresses: [Address]
        let addressesUnknown: Unknown?

        init(_ plan: Plan) {
            let report = PlanReport(plan)
            name = plan.policy
            suspended = plan.isSuspended
            pending = !plan.changes.isEmpty
            summary = report.summary
            advice = report.advice
            approval = plan.approval.map { Approval(digest: $0.digest, revocations: $0.rules.count) }
            unknowns = plan.unknowns.map(Unknown.init)
            securityGroups = plan.groups.map { Group($0, of: plan) }
            nodes = plan.hasNodes ? plan.nodes.map { Node($0, of: plan) } : nil
            nodesUnknown = plan.nodesUnknown.map(Unknown.init)
            addresses = plan.addresses.map(Address.init)
            addressesUnknown = plan.reservedUnknown.map(Unknown.init)
        }
    }

    struct Approval: Encodable {
        let digest: String
        let revocations: Int
    }

    struct Unknown: Encodable {
        let cause: String
        let message: String

        init(_ unknown: Model.Unknown) {
            cause = unknown.cause.rawValue
            message = unknown.message
        }
    }

    struct GroupReference: Encodable {
        let id: String
        let region: String

        init(_ reference: SecurityGroupReference) {
            id = reference.id
            region = reference.region
        }
    }
}
