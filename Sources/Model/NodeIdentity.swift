/// Which Node something concerns: its name, and the uid that tells it from a later Node of that name.
package struct NodeIdentity: Hashable, Sendable, Codable {
    package var name: String
    package var uid: String

    package init(name: String, uid: String) {
        self.name = name
        self.uid = uid
    }

    package init(_ node: Node) { self.init(name: node.name, uid: node.uid) }
}
