/// The query of a request: names and values, percent-decoded, `+` as a space.
struct KubernetesQuery {
    private let values: [String: [String]]

    init(_ text: String) {
        var values: [String: [String]] = [:]
        for part in text.split(separator: "&").prefix(200) {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = halves.count == 2 ? KubernetesQuery.decode(halves[1], plusIsSpace: true) : ""
            values[KubernetesQuery.decode(halves[0], plusIsSpace: true), default: []].append(value)
        }
        self.values = values
    }

    /// The first value of that name; empty where there is none.
    subscript(name: String) -> String { values[name]?.first ?? "" }

    func all(_ name: String) -> [String] { values[name] ?? [] }

    func has(_ name: String) -> Bool { values[name] != nil }

    /// As Go's strconv.ParseBool; a name without value counts as true.
    func flag(_ name: String) -> Bool { has(name) && !["0", "f", "F", "false", "FALSE", "False"].contains(self[name]) }

    static func decode(_ text: Substring, plusIsSpace: Bool) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
