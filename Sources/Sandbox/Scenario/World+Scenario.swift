package import Model

/// What a script does to the world while something watches it.
extension World {
    /// Reserves one more labelled address.
    @discardableResult
    package mutating func reserveAddress(_ name: String, in scenario: SandboxScenario, now: Timestamp) -> ComputeAddress {
        compute.reserve(scenario.address(name), tier: scenario.tier, labels: scenario.labels, now: now)
    }

    /// Releases a reserved address, as its owner would: first it is taken off the instance that holds it, which gets an ephemeral
    /// one. Done at once.
    package mutating func releaseAddress(_ name: String, in scenario: SandboxScenario, now: Timestamp) {
        advance(to: now)
        let reference = scenario.address(name)
        guard let address = compute.addresses[reference] else { return }
        for user in address.users {
            guard let instance = InstanceReference(selfLink: user) else { continue }
            compute.replaceWithEphemeral(instance)
        }
        compute.dropAddress(reference)
    }
}
