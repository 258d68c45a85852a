import Model

extension Whitelist.Addresses {
    /// Whether an instance can hold these Addresses at all: one of another project can't, not even where a Shared VPC joins the two. A
    /// detach there would be followed by an attach that is refused. Ids are compared as they stand, a domain before them included
    /// (`example.com:acme-prod`).
    ///
    /// Source: VPC, "Shared VPC": external addresses of the host project are usable by resources of that project only.
    func canBeHeld(by instance: InstanceReference) -> Bool { instance.project == project }
}
