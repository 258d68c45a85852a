import Glibc

/// A TCP socket on a free port of 127.0.0.1.
package struct LoopbackSocket: Sendable {
    package let descriptor: Int32
    package let port: UInt16

    private init() {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) | getsockname(descriptor, $0, &length) }
        }
        precondition(status == 0, "no port on the loopback: \(errno)")
        port = UInt16(bigEndian: address.sin_port)
    }

    /// The caller closes it.
    package static func listening() -> LoopbackSocket {
        let socket = LoopbackSocket()
        precondition(listen(socket.descriptor, 512) == 0, "no loopback server: \(errno)")
        return socket
    }

    /// For a program that takes its port as an argument; nobody had it a moment ago.
    package static func freePort() -> UInt16 {
        let socket = LoopbackSocket()
        close(socket.descriptor)
        return socket.port
    }
}
