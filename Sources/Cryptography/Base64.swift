/// Base 64 in both alphabets.
///
/// Decoding is strict: nothing but the alphabet, the right padding, and no bits left over, so that each value has one text.
/// Source: RFC 4648, sections 3.5, 4 and 5.
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> String { encode(bytes, standard, padding: true) }

    /// The URL and file name alphabet without padding, as JSON Web Tokens have it (RFC 7515, section 2).
    package static func encodeURL(_ bytes: [UInt8]) -> String { encode(bytes, urlSafe, padding: false) }

    /// Nil for what is not base 64 with padding. With `ignoringNewlines`, CR and LF may stand anywhere, as Go's decoder
    /// has it for certificates in configuration files.
    package static func decode(_ text: some StringProtocol, ignoringNewlines: Bool = false) -> [UInt8]? {
        var symbols = Array(text.utf8)
        if ignoringNewlines { symbols.removeAll { $0 == 0x0A || $0 == 0x0D } }
        guard symbols.count % 4 == 0 else { return nil }
        let padding = symbols.suffix(2).reversed().prefix { $0 == 0x3D }.count
        return decode(symbols.dropLast(padding), standardValues)
    }

    /// Nil for what is not URL-safe base 64 without padding.
    package static func decodeURL(_ text: some StringProtocol) -> [UInt8]? { decode(Array(text.utf8)[...], urlSafeValues) }

    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let standard = Array("\(letters)+/".utf8)
    private static let urlSafe = Array("\(letters)-_".utf8)
    private static let standardValues = values(standard)
    private static let urlSafeValues = values(urlSafe)
    private static let none: UInt8 = 0xFF

    private static func values(_ alphabet: [UInt8]) -> [UInt8] {
        var table = [UInt8](repeating: none, count: 256)
        for (value, symbol) in alphabet.enumerated() { table[Int(symbol)] = UInt8(value) }
        return table
    }

    private static func encode(_ bytes: [UInt8], _ alphabet: [UInt8], padding: Bool) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(3 - group.count) * 8
            for place in 0...group.count { text.append(alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)]) }
            if padding { text += repeatElement(0x3D, count: 3 - group.count) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func decode(_ symbols: ArraySlice<UInt8>, _ values: [UInt8]) -> [UInt8]? {
        guard symbols.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(symbols.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for symbol in symbols {
            let value = values[Int(symbol)]
            guard value != none else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
                bits &= 1 << bitCount - 1
            }
        }
        return bits == 0 ? bytes : nil
    }
}
