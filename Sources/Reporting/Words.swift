import Model
import Planning

// The words of `PlanDocument`: part of its version, unlike the sentences for people.

extension GroupPlan.Revocation.Reason {
    var word: String {
        switch self {
        case .confirmedRelease: "released"
        case .stale: "stale"
        case .foreign: "foreign"
        }
    }
}

extension RuleClass {
    var word: String {
        switch self {
        case .outOfScope: "outOfScope"
        case .otherOwner: "otherOwner"
        case .exact: "reserved"
        case .kept: "kept"
        case .stale: "stale"
        case .foreign: "foreign"
        }
    }
}

extension SecurityGroupRule.Source {
    var word: String {
        switch self {
        case .cidr: "cidr"
        case .prefixList: "prefixList"
        case .securityGroup: "securityGroup"
        }
    }
}

extension Hold {
    var word: String {
        switch self {
        case .brake: "brake"
        case .unmanagedPorts: "unmanagedPorts"
        case .indirectSource: "indirectSource"
        case .emptyReservedSet: "emptyReservedSet"
        case .inUse: "inUse"
        case .notReadBack: "notReadBack"
        case .unknown: "unknown"
        }
    }
}

extension WaitReason {
    var word: String {
        switch self {
        case .exhausted: "exhausted"
        case .notAdmitted: "notAdmitted"
        case .concurrency: "concurrency"
        case .firstSwap: "firstSwap"
        case .ownNode: "ownNode"
        case .privateNode: "privateNode"
        case .otherStaticAddress: "otherStaticAddress"
        case .noInstance: "noInstance"
        case .otherProject: "otherProject"
        case .instanceChanged: "instanceChanged"
        case .instanceGone: "instanceGone"
        case .instanceStatus: "instanceStatus"
        case .beingDeleted: "beingDeleted"
        case .otherClaim: "otherClaim"
        case .backOff: "backOff"
        case .unknown: "unknown"
        case .outsidePlan: "outsidePlan"
        case .paused: "paused"
        }
    }
}
