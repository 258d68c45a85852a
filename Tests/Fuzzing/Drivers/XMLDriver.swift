import XML

/// Documents of anybody, and what of them was read written down and read again.
enum XMLDriver {
    private static let limits = XMLLimits(
        bytes: 64 << 10, depth: 20, elements: 200, textBytes: 4 << 10, attributes: 8, tagBytes: 4 << 10)

    static func run(_ input: [UInt8]) throws {
        for limits in [limits, .standard] {
            let root: XMLElement
            do {
                root = try XMLDocument.parse(input, limits: limits)
            } catch {
                let lines = input.count { $0 == 0x0A } + 1
                try require(error.line <= lines, "line \(error.line) of \(lines): \(error)")
                try require(error.line >= 0 && error.column >= 0, "the place is negative: \(error)")
                try require("\(error)".utf8.count <= 2000, "an error of \("\(error)".utf8.count) bytes")
                continue
            }
            var elements = 0
            try check(root, depth: 1, limits: limits, elements: &elements)
            try require(elements <= limits.elements, "\(elements) elements")
            let again = try XMLDocument.parse(Array(text(root).utf8), limits: .standard)
            try require(again == root, "read again: \(again), not \(root)")
        }
    }

    private static func check(_ element: XMLElement, depth: Int, limits: XMLLimits, elements: inout Int) throws {
        elements += 1
        try require(depth <= limits.depth, "\(depth) levels")
        try require(element.text.utf8.count <= limits.textBytes, "\(element.text.utf8.count) bytes of text")
        try require(element.attributes.count <= limits.attributes, "\(element.attributes.count) attributes")
        try require(!element.name.isEmpty, "an element without a name")
        for child in element.children { try check(child, depth: depth + 1, limits: limits, elements: &elements) }
    }

    private static func text(_ element: XMLElement) -> String {
        let attributes = element.attributes.sorted { $0.key < $1.key }.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
        return "<\(element.name)\(attributes)>\(escaped(element.text))\(element.children.map(text).joined())</\(element.name)>"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\r", "\t": result += "&#\(scalar.value);"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
