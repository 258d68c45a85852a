import Foundation
import Glibc

/// The server's side of TLS, by the libssl that libcurl brings along: its functions are looked up at run time, since nothing but these
/// tests needs them.
final class TLSServer: @unchecked Sendable {
    /// What a client is shown, and what it should trust.
    private let contexts: [WireFault.Kind?: OpaquePointer]
    let authority: String

    private typealias Make = @convention(c) () -> OpaquePointer?
    private typealias MakeFrom = @convention(c) (OpaquePointer?) -> OpaquePointer?
    private typealias UseFile = @convention(c) (OpaquePointer?, UnsafePointer<CChar>, Int32) -> Int32
    private typealias UseChain = @convention(c) (OpaquePointer?, UnsafePointer<CChar>) -> Int32
    private typealias SetSocket = @convention(c) (OpaquePointer?, Int32) -> Int32
    private typealias Call = @convention(c) (OpaquePointer?) -> Int32
    private typealias Transfer = @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, Int32) -> Int32
    private typealias Free = @convention(c) (OpaquePointer?) -> Void

    nonisolated(unsafe) private static let library = dlopen("libssl.so.3", RTLD_NOW)

    private static func find<Function>(_ name: String, as type: Function.Type) -> Function {
        guard let symbol = dlsym(library, name) else { fatalError("libssl has no \(name)") }
        return unsafeBitCast(symbol, to: type)
    }

    static var isThere: Bool { library != nil && FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl") }

    /// One connection's; used by one thread at a time.
    final class Session {
        private let pointer: OpaquePointer

        fileprivate init(_ pointer: OpaquePointer) { self.pointer = pointer }

        func read(_ chunk: inout [UInt8]) -> Int {
            let count = Int32(chunk.count)
            return chunk.withUnsafeMutableBytes { Int(TLSServer.find("SSL_read", as: Transfer.self)(pointer, $0.baseAddress, count)) }
        }

        func write(_ bytes: [UInt8]) -> Int {
            var bytes = bytes
            let count = Int32(bytes.count)
            return bytes.withUnsafeMutableBytes { Int(TLSServer.find("SSL_write", as: Transfer.self)(pointer, $0.baseAddress, count)) }
        }

        deinit { TLSServer.find("SSL_free", as: Free.self)(pointer) }
    }

    /// Makes an authority, and certificates for 127.0.0.1: a good one, one whose time is over, and one of another authority.
    init(directory: URL) throws {
        func openssl(_ arguments: String) throws {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/openssl")
            process.arguments = arguments.split(separator: " ").map(String.init)
            process.currentDirectoryURL = directory
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw Launched.Failure(description: "openssl \(arguments)") }
        }
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        try Data("subjectAltName=IP:127.0.0.1\n".utf8).write(to: directory.appendingPathComponent("names"))
        for name in ["authority", "stranger"] {
            try openssl("req -x509 \(key) -keyout \(name).key -out \(name).pem -subj /CN=\(name) -days 2")
        }
        for (name, authority, days) in [("good", "authority", 2), ("expired", "authority", -1), ("untrusted", "stranger", 2)] {
            try openssl("req \(key) -keyout \(name).key -out \(name).csr -subj /CN=\(name)")
            try openssl(
                "x509 -req -in \(name).csr -CA \(authority).pem -CAkey \(authority).key -CAcreateserial -days \(days) -extfile names -out \(name).pem"
            )
        }
        authority = directory.appendingPathComponent("authority.pem").path
        func context(_ name: String) throws -> OpaquePointer {
            let path = directory.appendingPathComponent(name).path
            guard let context = Self.find("SSL_CTX_new", as: MakeFrom.self)(Self.find("TLS_server_method", as: Make.self)()),
                Self.find("SSL_CTX_use_certificate_chain_file", as: UseChain.self)(context, "\(path).pem") == 1,
                Self.find("SSL_CTX_use_PrivateKey_file", as: UseFile.self)(context, "\(path).key", 1) == 1
            else { throw Launched.Failure(description: "libssl does not take the certificate \(name)") }
            return context
        }
        contexts = [nil: try context("good"), .expired: try context("expired"), .untrusted: try context("untrusted")]
    }

    deinit { for context in contexts.values { Self.find("SSL_CTX_free", as: Free.self)(context) } }

    /// The handshake, with the certificate that a fault asks for.
    func accept(_ socket: Int32, _ fault: WireFault.Kind?) -> Session? {
        guard let context = contexts[fault], let pointer = Self.find("SSL_new", as: MakeFrom.self)(context) else { return nil }
        let session = Session(pointer)
        guard Self.find("SSL_set_fd", as: SetSocket.self)(pointer, socket) == 1, Self.find("SSL_accept", as: Call.self)(pointer) == 1 else {
            return nil
        }
        return session
    }
}
