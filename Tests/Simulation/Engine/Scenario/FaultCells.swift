/// Which faults can meet which calls; of those that can't, why.
package enum FaultCells {
    /// `nil` for a cell that is possible, and must be met by every large campaign.
    package static func impossible(_ fault: FaultKind, _ call: CallKind) -> String? {
        switch fault {
        case .errorAfter: return call.writes ? nil : "it has no effect"
        case .lateArrival: return call.writes ? nil : "the same as a late answer"
        case .lostAnswer: return call.writes ? nil : "the same as a lost request"
        case .stale:
            switch call {
            case .listAddresses, .listProjectAddresses, .describeRules: return nil
            default: return "a consistent reading, or no reading"
            }
        case .partial: return call == .listAddresses || call == .listProjectAddresses ? nil : "no list of regions"
        case .operationFails: return call == .deleteAccessConfig || call == .addAccessConfig ? nil : "makes no operation"
        case .watchDrop, .watchGone, .watchDuplicate, .watchReorder: return call == .watchNodes ? nil : "no watch"
        case .errorBefore, .unreached, .lostRequest, .delay, .throttled, .retryAfter, .denied, .outage, .crashBefore, .crashAfter,
            .freeze:
            return nil
        }
    }

    package static let possible: [(FaultKind, CallKind)] = FaultKind.allCases.flatMap { fault in
        CallKind.allCases.filter { impossible(fault, $0) == nil }.map { (fault, $0) }
    }
}
