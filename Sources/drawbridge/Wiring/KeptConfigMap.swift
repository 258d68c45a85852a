/// The ConfigMaps that an installation keeps beside its Lease; `deploy/manifests` grants just these.
enum KeptConfigMap {
    /// What was told of alerts, and the last changes.
    static func state(_ leaseName: String) -> String { "\(leaseName)-state" }
    /// The report of a dry run.
    static func report(_ leaseName: String) -> String { "\(leaseName)-report" }
}
