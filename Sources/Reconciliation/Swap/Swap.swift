package import Model

/// What a swap asks of the world, what comes back, and how it ends.
package enum Swap {
    package enum Effect: Hashable, Sendable {
        /// Replace the claim on the node, if it is still the one that this swap knows. `nil` takes it off.
        case writeClaim(expected: SwapClaim?, SwapClaim?)
        case readInstance
        /// Which permissions for the rest of the swap are certainly missing.
        case askPermissions(AddressReference, subnetwork: SubnetworkReference?)
        case readAddress(AddressReference)
        case detach(networkInterface: String, name: String, requestID: String)
        case attach(networkInterface: String, name: String, natIP: IPAddress?, networkTier: NetworkTier, requestID: String)
        /// Answer with `.elapsed` after this time.
        case wait(Duration)
        case finish(Outcome)
    }

    package enum Input: Sendable {
        case start
        case claimWritten(Result<Void, APIError>)
        case instance(Result<Instance, APIError>)
        /// `.failure`: not known.
        case permissions(Result<[String], APIError>)
        case address(Result<AddressLookup, APIError>)
        case detached(Result<Void, APIError>)
        case attached(Result<Void, APIError>)
        case elapsed
        /// Begin nothing new; finish or restore what has begun.
        case stop

        /// What a write came to, if it failed.
        var writeError: APIError? {
            switch self {
            case .claimWritten(.failure(let error)), .detached(.failure(let error)), .attached(.failure(let error)): error
            default: nil
            }
        }
    }

    package enum Outcome: Hashable, Sendable {
        /// The node holds this reserved Address, as read from the instance.
        case bound(AddressReference)
        /// Nothing was taken off.
        case unchanged(String)
        /// The node has an ephemeral address again.
        case restored(String)
        /// The instance is gone or was recreated: there is nothing to finish.
        case instanceGone
        /// What the calls came to is not known; the claim stays and the swap is taken up again later.
        case unsettled(String)
    }
}
