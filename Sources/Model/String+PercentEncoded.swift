extension String {
    /// With every byte percent-encoded but the unreserved ones: safe in a query and in `application/x-www-form-urlencoded`.
    ///
    /// - Parameter lowercase: in which letters the digits are. What is sent has capitals; what comes back may have either.
    ///
    /// Source: RFC 3986, sections 2.1 and 2.3.
    package func percentEncoded(lowercase: Bool) -> String {
        let digits = Array((lowercase ? "0123456789abcdef" : "0123456789ABCDEF").utf8)
        var bytes: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
