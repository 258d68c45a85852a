#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Reads whole files: configuration, tokens, certificates.
package struct FileReader: Sendable {
    package enum Failure: Error, Hashable, Sendable {
        case missing
        /// What the system said.
        case unreadable(String)
    }

    package var read: @Sendable (_ path: String) throws(Failure) -> [UInt8]

    package init(read: @escaping @Sendable (_ path: String) throws(Failure) -> [UInt8]) { self.read = read }

    /// The files of this machine, up to 4 MiB each.
    package static let disk = FileReader { path throws(Failure) in
        let limit = 4 << 20
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable(String(cString: strerror(errno)))
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = chunk.withUnsafeMutableBytes { readDescriptor(file, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw .unreadable(String(cString: strerror(errno)))
            }
            guard bytes.count + count <= limit else { throw .unreadable("it is larger than \(limit) bytes") }
            bytes.append(contentsOf: chunk[..<count])
        }
    }
}

/// `read` of the C library: inside the type that name is its own.
private func readDescriptor(_ file: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int { read(file, buffer, count) }
