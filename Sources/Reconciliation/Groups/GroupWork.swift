package import Model

/// What the work on one security group asks of the world, what comes back, and how it ends.
package enum GroupWork {
    package enum Effect: Hashable, Sendable {
        case describe
        case authorize([IpPermission])
        case revoke([SecurityGroupRule])
        /// Answer with `.elapsed` after this time.
        case wait(Duration)
        case finish(Outcome)
    }

    package enum Input: Sendable {
        case start
        case described(Result<SecurityGroup, APIError>)
        case authorized(Result<Void, APIError>)
        case revoked(Result<Void, APIError>)
        case elapsed
    }

    package struct Outcome: Hashable, Sendable {
        /// Rules that were added, in order; those whose answer was lost once a reading has shown them.
        package var authorized: [IpPermission] = []
        /// Rules that were taken off, in order; those whose answer was lost once a reading has shown them no more.
        package var revoked: [SecurityGroupRule] = []
        /// What did not succeed; for people.
        package var troubles: [Trouble] = []

        package init() {}
    }

    package struct Trouble: Hashable, Sendable {
        package var message: String
        package var isDenied: Bool
    }
}
