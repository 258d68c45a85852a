/// An XML element to be written: a name, and a text or children.
package indirect enum XMLElement: Sendable {
    case text(String, String)
    case list(String, [XMLElement])

    package init(_ name: String, _ text: String) { self = .text(name, text) }
    package init(_ name: String, _ children: [XMLElement]) { self = .list(name, children) }

    /// A document with this element as its root.
    package func document(namespace: String?) -> [UInt8] {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        write(to: &text, namespace: namespace)
        return Array(text.utf8)
    }

    private func write(to output: inout String, namespace: String?) {
        let attribute = namespace.map { " xmlns=\"\($0)\"" } ?? ""
        switch self {
        case .text(let name, let text):
            output += text.isEmpty ? "<\(name)\(attribute)/>" : "<\(name)\(attribute)>\(Self.escape(text))</\(name)>"
        case .list(let name, let children):
            if children.isEmpty {
                output += "<\(name)\(attribute)/>"
                return
            }
            output += "<\(name)\(attribute)>"
            for child in children { child.write(to: &output, namespace: nil) }
            output += "</\(name)>"
        }
    }

    private static func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
