/// The parameters of a Query API call, in the order in which they are sent.
///
/// Source: EC2 API Reference, "Query requests for Amazon EC2"; lists are numbered from 1.
struct QueryParameters: Sendable {
    private(set) var fields: [(name: String, value: String)] = []

    mutating func add(_ name: String, _ value: String) { fields.append((name, value)) }

    mutating func add(_ name: String, _ value: Int) { add(name, String(value)) }

    /// As `application/x-www-form-urlencoded`, byte for byte as botocore writes it: a space is `+`, everything else but RFC
    /// 3986's unreserved characters is percent-encoded. (Implementations that decode the form before they check the signature
    /// write it so again.)
    var formEncoded: [UInt8] {
        var bytes: [UInt8] = []
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(0x26) }
            Self.encode(field.name, into: &bytes)
            bytes.append(0x3D)
            Self.encode(field.value, into: &bytes)
        }
        return bytes
    }

    private static func encode(_ text: String, into bytes: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            case 0x20: bytes.append(0x2B)
            default: bytes.append(contentsOf: [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
    }
}
