/// YAML as trees of nodes that know their places, read by libyaml within limits.
///
/// Anchors and aliases as the limits say; tags of the core schema only; keys are scalars, and no two of a mapping are equal. `<<` is a key
/// like any other: merging is not part of YAML 1.2.
package enum YAML {
    /// The documents of a file. A document without content is a null scalar; a file of comments has no document.
    ///
    /// - Throws: the first error of the file.
    package static func parse(_ bytes: [UInt8], limits: YAMLLimits) throws(YAMLError) -> [YAMLNode] {
        var duplicateKeys: [YAMLError] = []
        let documents = try parse(bytes, limits: limits, duplicateKeys: &duplicateKeys)
        if let first = duplicateKeys.first { throw first }
        return documents
    }

    /// The documents of a file, read on past keys that stand twice, so that their errors can be told with others.
    /// The second of two equal keys is left out of its mapping.
    ///
    /// - Parameter duplicateKeys: is given an error for each key that stands twice, at the second one's place.
    /// - Throws: the first error of any other kind.
    package static func parse(
        _ bytes: [UInt8], limits: YAMLLimits, duplicateKeys: inout [YAMLError]
    ) throws(YAMLError) -> [YAMLNode] {
        try checkEncoding(bytes, limits: limits)
        if bytes.isEmpty { return [] }
        var builder = YAMLBuilder(limits: limits)
        try YAMLEventReader.read(bytes) { event throws(YAMLError) in try builder.add(event) }
        duplicateKeys += builder.duplicateKeys
        return builder.documents
    }

    private static func checkEncoding(_ bytes: [UInt8], limits: YAMLLimits) throws(YAMLError) {
        let start = YAMLMark(line: 1, column: 1)
        if bytes.count > limits.maxBytes {
            throw YAMLError(mark: start, found: "\(bytes.count) bytes", expected: "at most \(limits.maxBytes)")
        }
        // Other encodings of JSON's day show by a byte-order mark or by a NUL next to the first character.
        // Source: YAML 1.2.2, 5.2, Character Encodings.
        let isWide = bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) || bytes.prefix(2).contains(0)
        if isWide && bytes.count > 1 {
            throw YAMLError(mark: start, found: "UTF-16 or UTF-32 text, or binary data", expected: "UTF-8")
        }
    }
}
