/// An element of a document that was read. Names are local names: prefixes and namespaces are left out.
package struct XMLElement: Sendable, Hashable {
    package var name: String
    /// By local name; of two with one local name the one without prefix counts, else the first.
    package var attributes: [String: String]
    package var children: [XMLElement]
    /// The character data that stands directly in this element, in one piece, white space as it was.
    /// Empty where an element with children holds nothing but white space besides.
    package var text: String

    package init(_ name: String, attributes: [String: String] = [:], text: String = "", children: [XMLElement] = []) {
        self.name = name
        self.attributes = attributes
        self.children = children
        self.text = text
    }

    /// The first child of that name.
    package subscript(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    /// All children of that name, in their order.
    package func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// The element at the end of a path of first children, such as `at("Errors", "Error", "Code")`.
    package func at(_ path: String...) -> XMLElement? {
        var element = self
        for name in path {
            guard let next = element[name] else { return nil }
            element = next
        }
        return element
    }

    /// The text of the first child of that name; nil where there is no such child.
    package func text(_ name: String) -> String? { self[name]?.text }

    /// The children `item` of the first child of that name, as EC2 writes a list; no such child is an empty list.
    ///
    /// Source: EC2 API Reference, for instance DescribeSecurityGroups (`securityGroupInfo`, `item`).
    package func items(_ name: String) -> [XMLElement] { self[name]?.all("item") ?? [] }
}
