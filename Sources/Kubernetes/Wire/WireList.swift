/// A page of a collection. Source: meta/v1 ListMeta.
struct WireList<Item: Decodable>: Decodable {
    struct Metadata: Decodable {
        var resourceVersion: String?
        /// The token of the next page; absent or empty on the last.
        var `continue`: String?
    }

    /// `NodeList`.
    var kind: String?
    var metadata: Metadata
    /// Absent or null in an empty list of some servers.
    var items: [Item]?

    /// An object that is neither called a list nor has items is no word on what there is.
    var isList: Bool { items != nil || kind?.hasSuffix("List") == true }
}
