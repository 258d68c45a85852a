import Foundation
import Glibc
import Locking
import Peers
import Sandbox

/// A front on a port of its own that passes HTTP/1.1 on to one API of the embedded clouds, byte for byte, but for the faults that it is
/// told to make. It adds the header that names the caller, so that the servers' log tells processes apart.
final class FaultProxy: Sendable {
    let api: SandboxAPI
    let port: UInt16
    private let upstream: UInt16
    private let caller: String
    private let stranger: UInt16?
    private let tls: TLSServer?
    private let listener: Int32
    private let state = Locked(State())

    private struct State {
        var faults: [WireFault] = []
        var hits = 0
        var requests = 0
        var sockets: Set<Int32> = []
        var isClosed = false
    }

    /// - Parameters:
    ///   - stranger: where redirects lead.
    ///   - tls: speaks TLS with the client, with this.
    init(_ api: SandboxAPI, upstream: UInt16, caller: String, stranger: UInt16? = nil, tls: TLSServer? = nil) {
        self.api = api
        self.upstream = upstream
        self.caller = caller
        self.stranger = stranger
        self.tls = tls
        let socket = LoopbackSocket.listening()
        (listener, port) = (socket.descriptor, socket.port)
        Thread.detachNewThread { [listener] in
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { break }
                Thread.detachNewThread { self.serve(socket) }
            }
            Glibc.close(listener)
        }
    }

    /// From now on these faults and no others; they are met in their order. Where one is of TLS, connections begin anew.
    func set(_ faults: [WireFault]) {
        state.withLock { state in
            let wasTLS = state.faults.contains { $0.kind.isTLS }
            state.faults = faults
            state.hits = 0
            if wasTLS || faults.contains(where: { $0.kind.isTLS }) { for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) } }
        }
    }

    /// How many calls have met a fault since they were set.
    var hits: Int { state.withLock { $0.hits } }
    /// How many requests have come, those included that met one.
    var requests: Int { state.withLock { $0.requests } }

    func close() {
        state.withLock { state in
            state.isClosed = true
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    // MARK: A connection

    private func track(_ socket: Int32) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.sockets.insert(socket)
            return true
        }
    }

    private func drop(_ socket: Int32) {
        state.withLock { _ = $0.sockets.remove(socket) }
        Glibc.close(socket)
    }

    private func serve(_ socket: Int32) {
        guard track(socket) else {
            Glibc.close(socket)
            return
        }
        defer { drop(socket) }
        var session: TLSServer.Session?
        if let tls {
            let fault = take { $0.kind.isTLS }
            if fault == .handshake {
                // A TLS record: alert, fatal, handshake_failure. Source: RFC 8446, 5.1 and 6.
                _ = Connection(socket).write([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28])
                return
            }
            session = tls.accept(socket, fault)
            guard session != nil else { return }
        }
        let client = Connection(socket, tls: session)
        var server: Connection?
        defer { if let server { drop(server.socket) } }
        var isReused = false
        while let head = client.readHead() {
            guard let body = client.read(head.contentLength ?? 0) else { return }
            let fault = fault(of: head, body, isReused: isReused)
            isReused = true
            if let answer = fault.flatMap({ answerInstead($0) }) {
                guard client.write(answer) else { return }
                if fault == .garbage { return }
                continue
            }
            switch fault {
            case .reset, .staleConnection: return client.reset()
            case .silence: return client.waitForPeer()
            case .oversized: return stream(to: client)
            default: break
            }
            if server == nil { server = connect() }
            guard let server, pass(head, body, to: server), relay(from: server, to: client, fault) else { return }
        }
    }

    private func connect() -> Connection? {
        guard let connection = Connection.to(port: upstream) else { return nil }
        guard track(connection.socket) else {
            Glibc.close(connection.socket)
            return nil
        }
        return connection
    }

    private func fault(of head: HTTPHead, _ body: [UInt8], isReused: Bool) -> WireFault.Kind? {
        let operation = Self.operation(api, head, body)
        state.withLock { $0.requests += 1 }
        return take { fault in
            !fault.kind.isTLS && (fault.operations?.contains(operation) ?? true) && (fault.kind != .staleConnection || isReused)
        }
    }

    private func take(_ matches: (WireFault) -> Bool) -> WireFault.Kind? {
        state.withLock { state in
            guard let index = state.faults.firstIndex(where: matches) else { return nil }
            if state.faults[index].skip > 0 {
                state.faults[index].skip -= 1
                return nil
            }
            let kind = state.faults[index].kind
            state.hits += 1
            state.faults[index].remaining -= 1
            if state.faults[index].remaining <= 0 { state.faults.remove(at: index) }
            return kind
        }
    }

    static func operation(_ api: SandboxAPI, _ head: HTTPHead, _ body: [UInt8]) -> String {
        let parts = head.first.split(separator: " ")
        let target = parts.count > 1 ? parts[1].split(separator: "?", maxSplits: 1).map(String.init) : [""]
        let request = WireRequest(
            method: String(parts.first ?? ""), path: target.first ?? "", query: target.count > 1 ? target[1] : "", headers: head.headers,
            body: body)
        return switch api {
        case .compute: ComputeFrontEnd().identify(request).operation
        case .metadata: MetadataFrontEnd().identify(request).operation
        case .oauth: OAuthFrontEnd().identify(request).operation
        case .ec2: EC2FrontEnd().identify(request).operation
        case .sts: STSFrontEnd().identify(request).operation
        case .rds: RDSFrontEnd().identify(request).operation
        case .kubernetes: WireCall(kubernetes: request).operation
        }
    }

    // MARK: Answers

    /// What is said instead of passing the request on.
    private func answerInstead(_ fault: WireFault.Kind) -> [UInt8]? {
        func page(_ status: String, _ text: String, _ headers: String = "") -> [UInt8] {
            Array("HTTP/1.1 \(status)\r\nContent-Type: text/html\r\nContent-Length: \(text.utf8.count)\r\n\(headers)\r\n\(text)".utf8)
        }
        switch fault {
        case .garbage: return Array("SSH-2.0-OpenSSH_9.2p1 Debian\r\n\r\n".utf8)
        case .unavailable: return page("503 Service Unavailable", "<html><h1>503</h1>no healthy upstream</html>")
        case .tooMany: return page("429 Too Many Requests", "<html>slow down</html>", "Retry-After: 1\r\n")
        case .redirect: return page("302 Found", "<html>moved</html>", "Location: http://127.0.0.1:\(stranger ?? 9)/login\r\n")
        default: return nil
        }
    }

    /// A body without an end.
    private func stream(to client: Connection) {
        guard client.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n") else { return }
        let piece = [UInt8](repeating: 0x20, count: 1 << 20)
        for _ in 0..<80 { guard client.write("100000\r\n"), client.write(piece), client.write("\r\n") else { return } }
    }

    private func pass(_ head: HTTPHead, _ body: [UInt8], to server: Connection) -> Bool {
        var head = head
        head.headers.append((CallLog.callerHeader, caller))
        return server.write(head.bytes + body)
    }

    /// - Returns: whether the connection can take another request.
    private func relay(from server: Connection, to client: Connection, _ fault: WireFault.Kind?) -> Bool {
        while Connection.wait(server, client, milliseconds: 60_000) !== server {
            // The client has gone, or sends what it should not yet.
            guard Connection.wait(client, nil, milliseconds: 0) == nil else { return false }
        }
        guard let head = server.readHead() else { return false }
        switch fault {
        case .lostAnswer:
            client.reset()
            return false
        case .gatewayTimeout:
            let page = "<html><h1>504</h1>upstream took too long</html>"
            return client.write(
                "HTTP/1.1 504 Gateway Timeout\r\nContent-Type: text/html\r\nContent-Length: \(page.utf8.count)\r\n\r\n\(page)") && false
        case .halfAnswer, .slowAnswer:
            let body = head.isChunked ? Array("1000\r\n{\"type\":\"ADD".utf8) : server.read(head.contentLength ?? 0) ?? []
            if fault == .halfAnswer { return client.write(head.bytes + body.prefix(head.isChunked ? body.count : body.count / 2)) && false }
            trickle(head.bytes + body, to: client)
            return false
        default: break
        }
        guard client.write(head.bytes) else { return false }
        guard head.isChunked else { return server.read(head.contentLength ?? 0).map { client.write($0) } ?? false }
        return relayChunks(from: server, to: client)
    }

    private func trickle(_ bytes: [UInt8], to client: Connection) {
        for byte in bytes {
            guard client.write([byte]), Connection.wait(client, nil, milliseconds: 1000) == nil else { return }
        }
    }

    private func relayChunks(from server: Connection, to client: Connection) -> Bool {
        while true {
            guard Connection.wait(server, client, milliseconds: 300_000) === server, let line = server.readLine() else { return false }
            let size = Int(String(decoding: line, as: UTF8.self).prefix { $0.isHexDigit }, radix: 16) ?? 0
            guard let data = server.read(size + 2), client.write(line + data) else { return false }
            if size == 0 { return true }
        }
    }
}
