import Cryptography
import Testing

@Suite struct RSATests {
    static let key = Result { try RSAPrivateKey.generate(bits: 2048) }

    @Test func `a signature verifies with the public half that was written and read`() throws {
        let key = try RSATests.key.get()
        let message = Array("header.payload".utf8)
        let signature = try key.signRS256(message)
        let publicKey = try RSAPublicKey(pem: key.publicKeyPEM())
        #expect(signature.count == 256)
        #expect(publicKey.verifyRS256(signature: signature, message: message))
        #expect(key.publicKey.verifyRS256(signature: signature, message: message))
        #expect(!publicKey.verifyRS256(signature: signature, message: message + [0]))
        #expect(!publicKey.verifyRS256(signature: [], message: message))
        #expect(!publicKey.verifyRS256(signature: Array(signature.dropLast()), message: message))
        var changed = signature
        changed[17] ^= 1
        #expect(!publicKey.verifyRS256(signature: changed, message: message))
    }

    @Test func `another key's signature is refused`() throws {
        let other = try RSAPrivateKey.generate(bits: 2048)
        let signature = try other.signRS256([1, 2, 3])
        #expect(try !RSATests.key.get().publicKey.verifyRS256(signature: signature, message: [1, 2, 3]))
    }

    @Test func `an empty message can be signed`() throws {
        let key = try RSATests.key.get()
        #expect(key.publicKey.verifyRS256(signature: try key.signRS256([]), message: []))
    }

    @Test func `a key written as PKCS8 reads back and signs the same`() throws {
        let key = try RSATests.key.get()
        let pem = try key.pkcs8PEM()
        #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        #expect(try RSAPrivateKey(pem: pem).signRS256([7]) == key.signRS256([7]))
    }

    /// PKCS#1 v1.5 has no randomness: openssl's own signature must be met to the byte.
    @Test(arguments: [KeyFixture.pkcs8, KeyFixture.pkcs1])
    func `the signature equals that of the openssl program`(pem: String) throws {
        let signature = try RSAPrivateKey(pem: Array(pem.utf8)).signRS256(Array("header.payload".utf8))
        #expect(Base64.encode(signature) == KeyFixture.signature)
    }

    @Test func `the public half equals that of the openssl program`() throws {
        let pem = try RSAPrivateKey(pem: Array(KeyFixture.pkcs8.utf8)).publicKeyPEM()
        #expect(String(decoding: pem, as: UTF8.self) == KeyFixture.publicKey)
    }

    @Test(arguments: [KeyFixture.encryptedPKCS8, KeyFixture.encryptedPKCS1])
    func `a key with a pass phrase is refused without asking for it`(pem: String) {
        #expect(throws: CryptographyError.encryptedKey) { try RSAPrivateKey(pem: Array(pem.utf8)) }
    }

    @Test func `keys that RS256 can't use are refused by name`() {
        #expect(throws: CryptographyError.notRSA("EC")) { try RSAPrivateKey(pem: Array(KeyFixture.ec.utf8)) }
        #expect(throws: CryptographyError.shortKey(bits: 1024)) { try RSAPrivateKey(pem: Array(KeyFixture.short.utf8)) }
        #expect(throws: CryptographyError.shortKey(bits: 1024)) { try RSAPrivateKey.generate(bits: 1024) }
    }

    @Test(arguments: ["", "x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", KeyFixture.publicKey])
    func `what is not a private key is refused`(pem: String) throws {
        let error = #expect(throws: CryptographyError.self) { try RSAPrivateKey(pem: Array(pem.utf8)) }
        guard case .unreadableKey = error else { throw try #require(error) }
    }

    @Test(arguments: [KeyFixture.pkcs8, KeyFixture.pkcs1, KeyFixture.encryptedPKCS8, KeyFixture.ec, "x"])
    func `a text that is given away is wiped, whether it held a key or not`(pem: String) {
        var bytes = Array(pem.utf8)
        _ = try? RSAPrivateKey(consumingPEM: &bytes)
        #expect(bytes.isEmpty)
    }

    @Test func `a key of 4096 bits is written whole`() throws {
        let key = try RSAPrivateKey.generate(bits: 4096)
        let pem = try key.pkcs8PEM()
        #expect(pem.count > 3000)
        #expect(try RSAPrivateKey(pem: pem).publicKeyPEM() == key.publicKeyPEM())
    }

    @Test func `a key cut short anywhere is refused`() {
        let pem = Array(KeyFixture.pkcs8.utf8)
        for count in stride(from: 0, to: pem.count - 2, by: 37) {
            #expect(throws: CryptographyError.self) { try RSAPrivateKey(pem: Array(pem.prefix(count))) }
        }
    }

    @Test func `a text beyond the limit is refused before it is read`() {
        let pem = [UInt8](repeating: 0x0A, count: 64 * 1024) + Array(KeyFixture.pkcs8.utf8)
        #expect(throws: CryptographyError.unreadableKey("more than 65536 bytes")) { try RSAPrivateKey(pem: pem) }
    }

    @Test func `one key signs on many tasks at once`() async throws {
        let key = try RSATests.key.get()
        let expected = try key.signRS256([9])
        let all = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<64 { group.addTask { try key.signRS256([9]) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(all == Array(repeating: expected, count: 64))
    }

    @Test func `a private key prints as redacted`() throws {
        let key = try RSATests.key.get()
        #expect("\(key) \(String(reflecting: key))" == "<redacted> <redacted>")
    }
}
