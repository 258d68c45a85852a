import CLibCrypto

/// Key material in memory of its own, which is overwritten when the last reference goes. It prints as `<redacted>`.
///
/// What is wiped in this program: signing keys and what they are derived from, the bytes of key and token files and of AWS's shared files, what a
/// `credential_process` printed, the bodies of answers of containers, metadata servers and Google's token endpoints once they are read, private
/// keys as PEM. What is not, since nobody but the runtime holds its memory: a `String` (what `Model.Secret` holds, what a JSON decoder or an XML
/// parser makes), the bodies of requests and of STS's answers, the buffers that libcurl receives in and sends from, and the pieces in which a
/// program's output comes through its pipe.
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
        SecretBytes.cleanse(memory)
        memory.deallocate()
    }

    package var count: Int { memory.count }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { body(UnsafeRawBufferPointer(memory)) }

    /// Overwrites the bytes of an array and empties it. Copies made before keep theirs.
    package static func wipe(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { cleanse($0) }
        bytes = []
    }

    /// A call that no optimizer takes for a useless one.
    package static func cleanse(_ memory: UnsafeMutableRawBufferPointer) { OPENSSL_cleanse(memory.baseAddress, memory.count) }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
