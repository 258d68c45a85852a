extension Secret {
    /// What stands in a secret's place.
    package static let redaction = "<redacted>"

    /// Takes the secret out of a text that came from elsewhere: as it is, and as it stands in forms and URLs, in JSON and in XML. Servers
    /// and proxies repeat what they were sent, in whichever of these they got it.
    package func redacted(in text: String) -> String {
        isEmpty ? text : forms.reduce(text) { $0.replacing($1, with: Self.redaction) }
    }

    /// The longest first: a shorter one may be a part of it.
    private var forms: [String] {
        let json = exposed.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let xml = exposed.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        let all: Set<String> = [
            exposed, percentEncoded("0123456789ABCDEF"), percentEncoded("0123456789abcdef"),
            percentEncoded("0123456789ABCDEF").replacing("%20", with: "+"), json, json.replacing("/", with: "\\/"), xml,
        ]
        return all.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    /// Source: RFC 3986, section 2.3 (unreserved characters).
    private func percentEncoded(_ digits: String) -> String {
        let digits = Array(digits.utf8)
        var bytes: [UInt8] = []
        for byte in exposed.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
