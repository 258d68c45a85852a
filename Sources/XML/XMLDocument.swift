/// Reads whole documents.
package enum XMLDocument {
    /// The root element of a document in UTF-8 (or ASCII).
    ///
    /// No document type, no entity but the five predefined ones, nothing fetched from anywhere. Namespaces must be declared,
    /// and are then left out.
    package static func parse(_ bytes: [UInt8], limits: XMLLimits) throws(XMLError) -> XMLElement {
        guard bytes.count <= limits.bytes else {
            throw XMLError(line: 0, column: 0, reason: .limit("\(limits.bytes) bytes"))
        }
        try checkEncoding(bytes)
        return try PushParser.parse(bytes, limits: limits)
    }

    /// libxml2 guesses and converts encodings; here there is only one, so that what is checked is what is read.
    private static func checkEncoding(_ bytes: [UInt8]) throws(XMLError) {
        if let offset = bytes.firstIndex(of: 0) {
            throw error(at: offset, of: bytes, .malformed("a NUL byte"))
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw error(at: firstInvalidOffset(bytes), of: bytes, .encoding("a byte sequence that UTF-8 hasn't got"))
        }
        guard let declared = declaredEncoding(bytes) else { return }
        guard ["utf-8", "utf8", "us-ascii", "ascii"].contains(declared.lowercased()) else {
            throw XMLError(line: 1, column: 1, reason: .encoding("it declares \(declared.prefix(40))"))
        }
    }

    /// The encoding of the XML declaration, if one stands at the very start.
    ///
    /// Source: XML 1.0, productions 23 and 80.
    private static func declaredEncoding(_ bytes: [UInt8]) -> String? {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard bytes[start...].starts(with: "<?xml".utf8) else { return nil }
        let head = bytes[start...].prefix(while: { $0 != UInt8(ascii: ">") }).prefix(512)
        let text = String(decoding: head, as: UTF8.self)
        guard let place = text.firstRange(of: "encoding") else { return nil }
        let rest = text[place.upperBound...].drop { $0 != "\"" && $0 != "'" }
        guard let quote = rest.first else { return nil }
        return String(rest.dropFirst().prefix { $0 != quote })
    }

    private static func firstInvalidOffset(_ bytes: [UInt8]) -> Int {
        var offset = 0
        var iterator = bytes.makeIterator()
        var decoder = UTF8()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { offset += UTF8.width(scalar) }
        return min(offset, bytes.count - 1)
    }

    private static func error(at offset: Int, of bytes: [UInt8], _ reason: XMLError.Reason) -> XMLError {
        let before = bytes[..<offset]
        let line = before.count { $0 == 0x0A } + 1
        let column = offset - (before.lastIndex(of: 0x0A) ?? -1)
        return XMLError(line: line, column: column, reason: reason)
    }
}
