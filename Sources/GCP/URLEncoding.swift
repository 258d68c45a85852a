/// Percent-encoding of the parts of a URL and of form bodies. Source: RFC 3986, section 2.3 (unreserved characters).
enum URLEncoding {
    /// All bytes but the unreserved ones are encoded: safe in a query and in `application/x-www-form-urlencoded`.
    static func component(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One segment of a path; `nil` for one that would change the path's shape.
    static func segment(_ text: String) -> String? {
        guard !text.isEmpty, text != ".", text != "..", text.utf8.count <= 500 else { return nil }
        return component(text)
    }

    /// `a=1&b=2`, in the order given.
    static func pairs(_ pairs: [(String, String)]) -> String {
        pairs.map { component($0) + "=" + component($1) }.joined(separator: "&")
    }
}
