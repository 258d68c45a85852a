import Cryptography

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads a small regular file whole; never a device or a pipe, which need not end.
///
/// What is read may be a key: no copy of it is left behind but the one that is returned.
enum BoundedFile {
    struct Failure: Error, Hashable {
        var reason: String
    }

    static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Failure(reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Failure(reason: String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(reason: "not a regular file") }
        var bytes: [UInt8] = []
        // Without this an array that grows leaves its old memory behind as it was.
        bytes.reserveCapacity(min(Int(status.st_size), limit) + chunkBytes)
        var chunk = [UInt8](repeating: 0, count: chunkBytes)
        defer { SecretBytes.wipe(&chunk) }
        while true {
            let count = chunk.withUnsafeMutableBytes { systemRead(descriptor, $0) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Failure(reason: String(cString: strerror(errno))) }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else {
                SecretBytes.wipe(&bytes)
                throw Failure(reason: "larger than \(limit) bytes")
            }
            bytes += chunk[..<count]
        }
    }

    /// Whether there is a regular file of that name that can be seen from here.
    static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static let chunkBytes = 16 << 10

    private static func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #elseif canImport(Musl)
            Musl.read(descriptor, buffer.baseAddress, buffer.count)
        #else
            Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }
}
