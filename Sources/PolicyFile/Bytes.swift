/// Classes of ASCII characters.
enum Bytes {
    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    static func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLower(byte) || isUpper(byte) }
    static func isLowerAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLower(byte) }
    static func isLowerHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte) }

    /// Whether a text has a length in the range, an allowed first and last character, and allowed characters between.
    static func isName(
        _ text: some StringProtocol, length: ClosedRange<Int>, first: (UInt8) -> Bool, middle: (UInt8) -> Bool,
        last: (UInt8) -> Bool
    ) -> Bool {
        let bytes = Array(text.utf8)
        guard length.contains(bytes.count), let head = bytes.first, let tail = bytes.last else { return false }
        return first(head) && last(tail) && bytes.allSatisfy(middle)
    }
}
