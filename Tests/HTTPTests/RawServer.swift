import Foundation
import Glibc
import Locking
import Peers

/// A TCP server on loopback that does to each connection, on a thread of its own, what the test says.
final class RawServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let counters: Locked<Counters>

    struct Counters {
        var accepted = 0
        var open = 0
        var maxOpen = 0
    }

    init(_ handle: @escaping @Sendable (RawConnection) -> Void) {
        let socket = LoopbackSocket.listening()
        let listener = socket.descriptor
        self.listener = listener
        port = socket.port
        let counters = Locked(Counters())
        self.counters = counters
        Thread.detachNewThread {
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { break }
                counters.withLock {
                    $0.accepted += 1
                    $0.open += 1
                    $0.maxOpen = max($0.maxOpen, $0.open)
                }
                Thread.detachNewThread {
                    let connection = RawConnection(socket)
                    handle(connection)
                    counters.withLock { $0.open -= 1 }
                    connection.close()
                }
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    var url: String { "http://127.0.0.1:\(port)" }
    var accepted: Int { counters.withLock { $0.accepted } }
    var maxOpen: Int { counters.withLock { $0.maxOpen } }

    /// Answers every request of a connection with 200 and the given body.
    static func answering(_ body: String = "ok") -> RawServer {
        RawServer { connection in
            while let head = connection.readHead() {
                _ = connection.read(head.contentLength)
                guard connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)") else { return }
            }
        }
    }

    /// A port of loopback on which nothing listens.
    static func unusedPort() -> UInt16 {
        let server = RawServer { _ in }
        return server.port
    }
}

/// One accepted connection; used by one thread.
final class RawConnection {
    private var socket: Int32
    private var buffer: [UInt8] = []

    init(_ socket: Int32) {
        self.socket = socket
        // A test that goes wrong ends, instead of hanging.
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer.append(contentsOf: chunk[..<count])
        return true
    }

    /// Up to and with the empty line; `nil` at the end.
    func readHead() -> String? {
        while true {
            if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                defer { buffer.removeFirst(end.upperBound) }
                return String(decoding: buffer[..<end.upperBound], as: UTF8.self)
            }
            guard fill() else { return nil }
        }
    }

    func read(_ count: Int) -> [UInt8]? {
        while buffer.count < count { guard fill() else { return nil } }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    /// What has come by now, or the next that comes; `nil` at the end.
    func readSome() -> [UInt8]? {
        guard !buffer.isEmpty || fill() else { return nil }
        defer { buffer = [] }
        return buffer
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) == text.utf8.count }

    /// - Returns: how many bytes were written before the peer closed, or held them back for longer than `patience`.
    func write(_ bytes: [UInt8], patienceSeconds: Int = 60) -> Int {
        var patience = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { send(socket, $0.baseAddress! + written, $0.count - written, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { break }
            written += count
        }
        return written
    }

    /// - Returns: whether the peer closed.
    func waitForClose() -> Bool {
        while true {
            var byte: UInt8 = 0
            let count = recv(socket, &byte, 1, 0)
            if count == 0 || (count < 0 && errno == ECONNRESET) { return true }
            if count < 0 { return false }
        }
    }

    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        close()
    }

    func close() {
        if socket >= 0 { Glibc.close(socket) }
        socket = -1
    }

    /// Carries bytes both ways between this connection and a port of loopback, until one side ends.
    func relay(to port: UInt16) {
        let other = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = port.bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(other, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { return }
        let mine = socket
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let back = RawConnection(other)
            let here = RawConnection(mine)
            while let bytes = back.readSome(), here.write(bytes) == bytes.count {}
            shutdown(mine, Int32(SHUT_RDWR))
            ended.signal()
        }
        let there = RawConnection(other)
        while let bytes = readSome(), there.write(bytes) == bytes.count {}
        shutdown(other, Int32(SHUT_RDWR))
        ended.wait()
        there.close()
    }
}

extension String {
    /// Of a request's head; 0 without one.
    var contentLength: Int { header("content-length").flatMap(Int.init) ?? 0 }

    func header(_ name: String) -> String? {
        for line in components(separatedBy: "\r\n") where line.lowercased().hasPrefix(name.lowercased() + ":") {
            return line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
        }
        return nil
    }
}
