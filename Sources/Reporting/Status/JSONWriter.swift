/// Writes compact JSON straight into bytes, members in the order in which they are put: what is asked for every second by many is not
/// built as a tree first.
///
/// What a terminal would act on, or not show, is written as an escape. Source: RFC 8259, section 7.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    mutating func object(_ key: String? = nil, _ body: (inout JSONWriter) -> Void) { nested(key, "{", "}", body) }

    mutating func list<Items: Sequence>(_ key: String, _ items: Items, _ body: (inout JSONWriter, Items.Element) -> Void) {
        nested(key, "[", "]") { writer in for item in items { body(&writer, item) } }
    }

    mutating func texts(_ key: String, _ items: some Sequence<String>) { list(key, items) { $0.item($1) } }

    /// Left out where there is none.
    mutating func put(_ key: String, _ value: String?) {
        guard let value else { return }
        begin(key)
        quote(value)
    }

    mutating func put(_ key: String, _ value: Int?) {
        guard let value else { return }
        begin(key)
        bytes += String(value).utf8
    }

    mutating func put(_ key: String, _ value: Bool) {
        begin(key)
        bytes += (value ? "true" : "false").utf8
    }

    mutating func item(_ text: String) {
        begin(nil)
        quote(text)
    }

    private mutating func nested(_ key: String?, _ open: Character, _ close: Character, _ body: (inout JSONWriter) -> Void) {
        begin(key)
        bytes += String(open).utf8
        isFirst = true
        body(&self)
        bytes += String(close).utf8
        isFirst = false
    }

    private mutating func begin(_ key: String?) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        if let key {
            quote(key)
            bytes.append(UInt8(ascii: ":"))
        }
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        if isPlain {
            bytes += text.utf8
        } else {
            for scalar in text.unicodeScalars { escape(scalar) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ scalar: Unicode.Scalar) {
        if scalar == "\"" || scalar == "\\" {
            bytes.append(UInt8(ascii: "\\"))
        } else if Printable.isHidden(scalar) {
            for unit in Character(scalar).utf16 {
                let digits = String(unit, radix: 16)
                bytes += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
            }
            return
        }
        bytes += String(scalar).utf8
    }
}
