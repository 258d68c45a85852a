/// The fields of meta/v1 ObjectMeta that are read here.
struct WireMetadata: Decodable {
    var name: String?
    var namespace: String?
    var uid: String?
    var resourceVersion: String?
    var labels: [String: String]?
    var annotations: [String: String]?
    var creationTimestamp: String?
    var deletionTimestamp: String?
}
