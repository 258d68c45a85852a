package import Model

/// Whether an Address that a stale rule was written for is released for certain: rule 5 of the plan.
package enum Release {
    /// Drawbridge wrote the rule with the Address's name and numeric id; `addresses.get` of that name answers 404 for the Address itself,
    /// or another id or IP; and a complete list of the project from the same pass shows no Address with that IP. A policy pointed at
    /// another project confirms nothing.
    package static func isConfirmed(_ rule: SecurityGroupRule, owner: RuleOwner, project: String, observation: Observation) -> Bool {
        if Mutant.confirmsReleasesByAbsence.isActive { return true }
        guard let block = rule.source.cidr, let address = owner.address, address.project == project,
            let listing = observation.projectAddresses?.value, listing.isComplete,
            !listing.addresses.contains(where: { $0.cidr.overlaps(block) }),
            let lookup = observation.lookups[address]?.value
        else { return false }
        switch lookup {
        case .gone: return true
        case .found(let found): return found.id != owner.addressID || !found.cidr.overlaps(block)
        }
    }
}
