/// Why bytes are not a document that can be used.
package struct XMLError: Error, Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        /// Not well-formed; libxml2's own words, at most 200 characters.
        case malformed(String)
        /// A document type declaration: none is ever read, and so no entity is ever defined.
        case documentType
        /// Neither UTF-8 nor ASCII.
        case encoding(String)
        /// A limit was exceeded; which one.
        case limit(String)
    }

    /// From 1; 0 where no place is known.
    package var line: Int
    /// From 1, in bytes as libxml2 counts; 0 where no place is known.
    package var column: Int
    package var reason: Reason

    package init(line: Int, column: Int, reason: Reason) {
        self.line = line
        self.column = column
        self.reason = reason
    }
}

extension XMLError: CustomStringConvertible {
    package var description: String {
        let place = line > 0 ? "line \(line), column \(column): " : ""
        return switch reason {
        case .malformed(let words): "\(place)\(words)"
        case .documentType: "\(place)a document type declaration, which is not accepted"
        case .encoding(let name): "\(place)not UTF-8 (\(name))"
        case .limit(let which): "\(place)more than \(which)"
        }
    }
}
