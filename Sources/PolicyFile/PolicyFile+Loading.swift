package import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension PolicyFile {
    /// The policies of the file at a path, or of standard input when the path is `-`.
    ///
    /// Blocks until it is read.
    /// - Throws: what is wrong with the file, or why it could not be read.
    package static func load(path: String) throws(PolicyFileErrors) -> [Whitelist] {
        let bytes = try bytes(path: path, limit: maxBytes)
        return try parse(bytes, name: path == "-" ? "standard input" : path)
    }

    /// The bytes of a file, at most `limit`; of standard input when the path is `-`.
    package static func bytes(path: String, limit: Int) throws(PolicyFileErrors) -> [UInt8] {
        if path == "-" { return try read(STDIN_FILENO, name: "standard input", limit: limit) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, "cannot be opened: \(errorText(errno))") }
        defer { close(descriptor) }
        return try read(descriptor, name: path, limit: limit)
    }

    private static func read(_ descriptor: Int32, name: String, limit: Int) throws(PolicyFileErrors) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { readOnce(descriptor, $0) }
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                let hint = code == EISDIR ? " (name the file in it)" : ""
                throw failure(name, "cannot be read: \(errorText(code))\(hint)")
            }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw failure(name, "found more than \(limit) bytes, expected at most that") }
        }
    }

    private static func failure(_ file: String, _ message: String) -> PolicyFileErrors {
        PolicyFileErrors([PolicyFileError(file: file, line: 0, column: 0, path: "", message: message)])
    }

    private static func errorText(_ code: Int32) -> String { String(cString: strerror(code)) }
}

/// `read(2)`, which a member of the same name hides.
private func readOnce(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
}
