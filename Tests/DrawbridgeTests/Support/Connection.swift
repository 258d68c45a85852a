import Foundation
import Glibc

/// A TCP connection of the loopback, used by one thread at a time.
final class Connection {
    let socket: Int32
    private let tls: TLSServer.Session?
    private var buffer: [UInt8] = []

    init(_ socket: Int32, tls: TLSServer.Session? = nil) {
        self.socket = socket
        self.tls = tls
        var one: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    static func to(port: UInt16) -> Connection? {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = port.bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard status == 0 else {
            Glibc.close(socket)
            return nil
        }
        return Connection(socket)
    }

    /// More bytes into the buffer; `false` at the end.
    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = tls.map { $0.read(&chunk) } ?? recv(socket, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer.append(contentsOf: chunk[..<count])
        return true
    }

    /// Up to and with the empty line; `nil` at the end.
    func readHead() -> HTTPHead? {
        while true {
            if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                defer { buffer.removeFirst(end.upperBound) }
                return HTTPHead(String(decoding: buffer[..<end.lowerBound], as: UTF8.self))
            }
            guard buffer.count < 1 << 20, fill() else { return nil }
        }
    }

    func read(_ count: Int) -> [UInt8]? {
        while buffer.count < count { guard fill() else { return nil } }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    /// With its line end.
    func readLine() -> [UInt8]? {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                defer { buffer.removeFirst(end + 1) }
                return Array(buffer[...end])
            }
            guard fill() else { return nil }
        }
    }

    /// Whether all of it was taken.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var written = 0
        while written < bytes.count {
            let rest = bytes[written...]
            let count =
                tls.map { $0.write(Array(rest)) } ?? rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// Waits until there is something to read from either; `nil` when neither has anything within the time.
    static func wait(_ first: Connection, _ second: Connection?, milliseconds: Int32) -> Connection? {
        if !first.buffer.isEmpty { return first }
        if let second, !second.buffer.isEmpty { return second }
        var polled = [pollfd(fd: first.socket, events: Int16(POLLIN), revents: 0)]
        if let second { polled.append(pollfd(fd: second.socket, events: Int16(POLLIN), revents: 0)) }
        guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return nil }
        return polled[0].revents != 0 ? first : second
    }

    /// Waits until the peer has gone, or says more. Returns at once when the socket is shut down from this side.
    func waitForPeer() { _ = Connection.wait(self, nil, milliseconds: 300_000) }

    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    }
}
