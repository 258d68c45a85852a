import Cryptography
import Foundation
import Testing

@Suite struct Base64Tests {
    /// Source: RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `the published pairs hold both ways`(plain: String, encoded: String) {
        let bytes = Array(plain.utf8)
        let unpadded = encoded.replacingOccurrences(of: "=", with: "")
        #expect(Base64.encode(bytes) == encoded)
        #expect(Base64.decode(encoded) == bytes)
        #expect(Base64.encodeURL(bytes) == unpadded)
        #expect(Base64.decodeURL(unpadded) == bytes)
    }

    @Test func `the alphabets differ in two symbols`() {
        #expect(Base64.encode([0xFB, 0xFF]) == "+/8=")
        #expect(Base64.encodeURL([0xFB, 0xFF]) == "-_8")
        #expect(Base64.decode("-_8=") == nil)
        #expect(Base64.decodeURL("+/8") == nil)
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zm9v=", "Zm9v====", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "Zm9\u{E9}",
        "Zg==Zg==", "Zm9v Zg==",
    ])
    func `padded decoding refuses what is not canonical`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: ["Z", "Zg==", "Zh", "Zm9", "Zm9v Zg", "Zm9vZ", "\u{0}\u{0}\u{0}\u{0}"])
    func `unpadded decoding refuses what is not canonical`(text: String) {
        #expect(Base64.decodeURL(text) == nil)
    }

    @Test func `line breaks are passed over only on request`() {
        #expect(Base64.decode("Zm9v\r\nYmFy\n", ignoringNewlines: true) == Array("foobar".utf8))
        #expect(Base64.decode("Zm9v YmFy", ignoringNewlines: true) == nil)
    }

    @Test func `every length up to 300 agrees with Foundation`() {
        for count in 0...300 {
            let bytes = SecureRandom.bytes(count)
            let encoded = Data(bytes).base64EncodedString()
            #expect(Base64.encode(bytes) == encoded)
            #expect(Base64.decode(encoded) == bytes)
            #expect(Base64.decodeURL(Base64.encodeURL(bytes)) == bytes)
        }
    }
}
