import FoundationEssentials

/// With sorted keys: the same value gives the same bytes.
enum SinkJSON {
    static func bytes(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // No floating-point numbers and no keys but strings: nothing here can fail to encode.
        return (try? encoder.encode(value)).map(Array.init) ?? Array("{}".utf8)
    }
}
