package import Model

/// The embedded RDS: database instances by region. Nothing creates or changes one but the test or scenario that owns the world.
package struct RDSWorld: Sendable {
    package struct Instance: Hashable, Sendable {
        package var region: String
        package var database: DBInstance

        package init(region: String, database: DBInstance) {
            self.region = region
            self.database = database
        }
    }

    package var instances: [Instance] = []

    package init() {}
}
