import Cryptography

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads small files whole.
///
/// What is read may be a key: no copy of it is left behind but the one that is returned, which the caller wipes.
enum BoundedFile {
    enum Failure: Error, Hashable {
        case absent
        /// A folder, a device, a FIFO.
        case irregular
        /// What the system said, or `larger than N bytes`.
        case unreadable(String)

        var reason: String {
            switch self {
            case .absent: "it does not exist"
            case .irregular: "it is not a regular file"
            case .unreadable(let reason): reason
            }
        }
    }

    private static let chunkBytes = 16 << 10

    /// Never waits: a FIFO or a device is refused, not read.
    ///
    /// - Parameter limit: the most bytes that the file may have.
    static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .absent : .unreadable(String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .irregular }
        var bytes: [UInt8] = []
        // Without this an array that grows leaves its old memory behind as it was.
        bytes.reserveCapacity(min(Int(status.st_size), limit) + chunkBytes)
        var buffer = [UInt8](repeating: 0, count: chunkBytes)
        defer { SecretBytes.wipe(&buffer) }
        while true {
            #if canImport(Darwin)
                let count = Darwin.read(descriptor, &buffer, buffer.count)
            #elseif canImport(Musl)
                let count = Musl.read(descriptor, &buffer, buffer.count)
            #else
                let count = Glibc.read(descriptor, &buffer, buffer.count)
            #endif
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                let reason = String(cString: strerror(errno))
                SecretBytes.wipe(&bytes)
                throw .unreadable(reason)
            }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else {
                SecretBytes.wipe(&bytes)
                throw .unreadable("larger than \(limit) bytes")
            }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// The text of a token file, without the white space around it; `nil` when it is empty or not UTF-8.
    static func token(_ path: String) throws(Failure) -> String? {
        var bytes = try read(path, limit: 64 * 1024)
        defer { SecretBytes.wipe(&bytes) }
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) }) else {
            return nil
        }
        return String(validating: bytes[first...last], as: UTF8.self)
    }
}
