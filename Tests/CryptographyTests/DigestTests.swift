import Cryptography
import Testing

@Suite struct DigestTests {
    /// Source: FIPS 180-4 examples (NIST, SHA256.pdf), and the empty message.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `SHA-256 gives the published digests`(message: String, digest: String) {
        #expect(hexadecimal(SHA256.digest(Array(message.utf8))) == digest)
        #expect(hexadecimal(SHA256.digest(message.utf8)) == digest)
    }

    @Test func `SHA-256 of a million letters`() {
        #expect(
            hexadecimal(SHA256.digest([UInt8](repeating: 0x61, count: 1_000_000)))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    /// Source: RFC 4231, test cases 1, 2, 3 and 6; the empty ones from Python's hmac.
    @Test(
        arguments: [
            (
                [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            ([], [], "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
            (Array("key".utf8), [], "5d5d139563c95b5967b9bd9a8c9b233a9dedb45072794cd232dc1b74832607d0"),
        ] as [([UInt8], [UInt8], String)])
    func `HMAC-SHA256 gives the published values`(key: [UInt8], message: [UInt8], value: String) {
        #expect(hexadecimal(HMAC.sha256(key: key, message: message)) == value)
        var copy = key
        let secret = SecretBytes(consuming: &copy)
        #expect(copy.isEmpty)
        #expect(hexadecimal(HMAC.sha256(key: secret, message: message)) == value)
    }

    @Test func `hexadecimal writes two lower-case digits a byte`() {
        #expect(hexadecimal([]) == "")
        #expect(hexadecimal([0, 1, 0x0F, 0xA0, 0xFF]) == "00010fa0ff")
    }

    @Test(arguments: [
        ("", "", true), ("a", "a", true), ("a", "b", false), ("a", "ab", false), ("", "a", false), ("ab", "aB", false),
    ])
    func `constant-time equality is equality`(a: String, b: String, equal: Bool) {
        #expect(ConstantTime.equal(a, b) == equal)
        #expect(ConstantTime.equal(Array(a.utf8), Array(b.utf8)) == equal)
    }

    @Test func `random bytes have the length asked for and do not repeat`() {
        #expect(SecureRandom.bytes(0) == [])
        #expect(SecureRandom.bytes(33).count == 33)
        #expect(Set((0..<100).map { _ in SecureRandom.uint64() }).count == 100)
    }

    /// The memory itself is looked at, which the array keeps while it is being wiped.
    @Test func `wiping overwrites the memory that the bytes were in`() {
        var bytes = [UInt8](repeating: 0x5A, count: 4096)
        bytes.withUnsafeMutableBytes { memory in
            SecretBytes.cleanse(memory)
            #expect(memory.allSatisfy { $0 == 0 })
        }
        SecretBytes.wipe(&bytes)
        #expect(bytes.isEmpty)
        SecretBytes.wipe(&bytes)
    }

    @Test func `key material prints as redacted`() {
        var bytes = Array("sesame".utf8)
        let secret = SecretBytes(consuming: &bytes)
        var dumped = ""
        dump(secret, to: &dumped)
        #expect("\(secret)" == "<redacted>")
        #expect(!dumped.contains("115"), "115 is the first byte")
    }
}
