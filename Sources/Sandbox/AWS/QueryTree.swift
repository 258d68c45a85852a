/// The parameters of an AWS Query call as a tree: `IpPermissions.1.IpRanges.2.CidrIp` is a path in it.
package struct QueryTree: Sendable {
    package private(set) var value: String?
    private var children: [String: QueryTree] = [:]

    private static let depthLimit = 12

    package init() {}

    package init(_ parameters: WireParameters) {
        for pair in parameters.pairs {
            let path = pair.name.split(separator: ".", omittingEmptySubsequences: false)
            if path.count <= Self.depthLimit { insert(path[...], pair.value) }
        }
    }

    private mutating func insert(_ path: ArraySlice<Substring>, _ value: String) {
        guard let first = path.first else {
            if self.value == nil { self.value = value }
            return
        }
        children[String(first), default: QueryTree()].insert(path.dropFirst(), value)
    }

    package subscript(name: String) -> QueryTree { children[name] ?? QueryTree() }

    /// The members of a list, by their numbers.
    package var members: [QueryTree] {
        children.compactMap { entry in Int(entry.key).map { ($0, entry.value) } }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// The members of a list of texts.
    package var texts: [String] { members.compactMap(\.value) }

    package var isEmpty: Bool { value == nil && children.isEmpty }
    package var isTrue: Bool { value?.lowercased() == "true" }
}
