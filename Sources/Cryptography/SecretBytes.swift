import CLibCrypto

/// Key material in memory of its own, which is overwritten when the last reference goes. It prints as `<redacted>`.
///
/// Source: OpenSSL 3 `OPENSSL_cleanse(3)`.
package final class SecretBytes: @unchecked Sendable {
    // Never written after init: so the class is Sendable.
    private let memory: UnsafeMutableRawBufferPointer

    /// Takes the bytes and wipes the array that they came in, so far as that is not shared.
    package init(consuming bytes: inout [UInt8]) {
        memory = .allocate(byteCount: bytes.count, alignment: 16)
        memory.copyBytes(from: bytes)
        SecretBytes.wipe(&bytes)
    }

    deinit {
        OPENSSL_cleanse(memory.baseAddress, memory.count)
        memory.deallocate()
    }

    package var count: Int { memory.count }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { body(UnsafeRawBufferPointer(memory)) }

    /// Overwrites the bytes of an array and empties it. Copies made before keep theirs.
    package static func wipe(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
        bytes = []
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
