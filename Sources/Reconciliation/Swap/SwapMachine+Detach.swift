import Model

/// From the claim to the detach: all that can be checked is checked before anything is taken off.
extension SwapMachine {
    mutating func begin() -> [Swap.Effect] {
        if isStopping { return finish(isResumed ? .unsettled("the controller is stopping") : .unchanged("the controller is stopping")) }
        if isResumed {
            state = .inspecting
            return [.readInstance]
        }
        if Mutant.detachesBeforeTheClaim.isActive { return detach() }
        state = .claiming
        return [.writeClaim(expected: nil, claim)]
    }

    mutating func claimed(_ result: Result<Void, APIError>) -> [Swap.Effect] {
        switch result {
        case .success:
            written = claim
            if isStopping { return unclaim(.unchanged("the controller is stopping")) }
            return ask()
        case .failure(let error) where error.mayHaveTakenEffect:
            return finish(.unsettled("the claim may be on the node: \(error)"))
        case .failure(let error): return finish(.unchanged("the claim could not be written on the node: \(error)"))
        }
    }

    mutating func ask() -> [Swap.Effect] {
        state = .asking
        return [.askPermissions(claim.address, subnetwork: subnetwork)]
    }

    /// Who may take an address off but not put one on must not begin. Where that is not known, as with an API that can't be
    /// asked, the swap goes on.
    mutating func answered(_ result: Result<[String], APIError>) -> [Swap.Effect] {
        if isStopping { return letGo("the controller is stopping") }
        if case .success(let missing) = result, !missing.isEmpty {
            return letGo("the service account lacks \(missing.joined(separator: ", ")); grant the role in policies/gcp-role.yaml")
        }
        if Mutant.detachesUnchecked.isActive { return detach() }
        state = .checking
        return [.readAddress(claim.address)]
    }

    /// The list that the plan was made from may lag behind: the Address itself has the last word before anything is taken off.
    mutating func checked(_ result: Result<AddressLookup, APIError>) -> [Swap.Effect] {
        if isStopping { return letGo("the controller is stopping") }
        switch result {
        case .failure(let error): return letGo("the Address could not be checked: \(error)")
        case .success(.gone):
            refused.append(claim.address)
            return letGo("\(claim.address) is gone")
        case .success(.found(let address)):
            guard address.ip == claim.ip, address.networkTier == claim.networkTier, address.status == .reserved, address.users.isEmpty
            else {
                refused.append(claim.address)
                let users = address.users.map(\.description).joined(separator: ", ")
                return letGo("\(claim.address) is not free any more (\(address.status.rawValue) \(users))")
            }
            state = .looking
            return [.readInstance]
        }
    }

    /// What is taken off is named by the instance's name and the access config's, so it must still be what the plan was made on: a person
    /// may have put another address on, and a managed instance group may have recreated the instance.
    mutating func looked(_ result: Result<Instance, APIError>) -> [Swap.Effect] {
        switch look(result) {
        case .gone: return unclaim(.instanceGone)
        case .replaced: return replaced()
        case .stripped: return stripped()
        case .unreadable(let error): return letGo("the instance could not be read before the detach: \(error)")
        case .with(let ip) where ip == claim.ip: return unclaim(.bound(claim.address))
        // A predecessor's detach has come to its effect.
        case .without: return isResumed ? attach() : letGo("the instance has no external address any more")
        case .with(let ip):
            if isStopping { return letGo("the controller is stopping") }
            guard ip == claim.previousIP else { return letGo("the instance has \(text(ip)) now, not \(text(claim.previousIP)) any more") }
            let interface = (try? result.get())?.primaryInterface
            guard interface?.name == claim.networkInterface, let name = (try? result.get())?.accessConfig?.name,
                name == claim.accessConfigName
            else {
                return letGo("the access config of the instance is another one now")
            }
            return detach()
        }
    }

    /// Ends before the detach, unless a predecessor's detach may still be under way: then the claim has to stay.
    mutating func letGo(_ reason: String) -> [Swap.Effect] {
        mayBeDetaching ? finish(.unsettled(reason)) : unclaim(.unchanged(reason))
    }

    /// Another instance has the name. Calls name nothing else: a detach that is still under way would take off what that one holds, and
    /// the claim has to tell of it.
    mutating func replaced() -> [Swap.Effect] {
        mayBeDetaching
            ? finish(.unsettled("the instance was recreated, and an earlier detach may still be under way")) : unclaim(.instanceGone)
    }

    mutating func detach() -> [Swap.Effect] {
        state = .detaching
        hasSentDetach = true
        mayBeBare = true
        return [
            .detach(networkInterface: claim.networkInterface, name: claim.accessConfigName, requestID: claim.detachRequestID)
        ]
    }

    mutating func detached(_ result: Result<Void, APIError>) -> [Swap.Effect] {
        switch result {
        case .success:
            failures = 0
            return claimStands ? attach() : another("the claimed Address is no longer reserved, admitted and free")
        case .failure(let error):
            if Mutant.takesLostAnswersForFailures.isActive { return unclaim(.unchanged("detach: \(error)")) }
            if error.mayHaveTakenEffect { mayBeDetaching = true }
            if error.mayHaveTakenEffect && failures < times.repeats {
                trouble = "\(error)"
                return delay(then: .detach)
            }
            state = .afterDetach(error)
            return [.readInstance]
        }
    }

    mutating func settleDetach(_ error: APIError, _ result: Result<Instance, APIError>) -> [Swap.Effect] {
        switch look(result) {
        case .gone: return unclaim(.instanceGone)
        case .replaced: return replaced()
        case .unreadable(let reading): return finish(.unsettled("detach: \(error); then \(reading)"))
        case .without: return claimStands ? attach() : another("the claimed Address is no longer reserved, admitted and free")
        case .stripped: return stripped()
        case .with:
            // The old address is still on. Only when no request can take it off any more, this one nor an earlier one, may the claim go.
            return letGo("detach: \(error)")
        }
    }
}
