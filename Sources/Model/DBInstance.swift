/// A database instance of RDS, so far as its reachability is concerned.
///
/// Source: Amazon RDS API Reference, DBInstance.
package struct DBInstance: Hashable, Sendable {
    package var name: String
    /// `postgres`, `aurora-mysql`, …
    package var engine: String
    /// None while it is being created.
    package var port: Int?
    /// Whether its name resolves to a public address: without that no rule lets anyone in over the internet.
    package var isPubliclyAccessible: Bool
    /// Its VPC security groups, by id.
    package var securityGroups: Set<String>

    package init(name: String, engine: String, port: Int?, isPubliclyAccessible: Bool, securityGroups: Set<String>) {
        self.name = name
        self.engine = engine
        self.port = port
        self.isPubliclyAccessible = isPubliclyAccessible
        self.securityGroups = securityGroups
    }
}
