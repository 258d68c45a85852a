import Foundation
import Glibc
import Peers

/// A TCP server on loopback that answers each connection with the same bytes, or with none at all.
final class StubbornServer: Sendable {
    enum Manner: Sendable {
        /// Takes the request and says nothing.
        case hangs
        case says(String)
    }

    let url: String
    private let listener: Int32

    init(_ manner: Manner) {
        let socket = LoopbackSocket.listening()
        let listener = socket.descriptor
        self.listener = listener
        url = "http://127.0.0.1:\(socket.port)"
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                Thread.detachNewThread {
                    Self.serve(connection, manner)
                    close(connection)
                }
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func serve(_ connection: Int32, _ manner: Manner) {
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var chunk = [UInt8](repeating: 0, count: 65_536)
        // To the closing brace of the request's JSON.
        var got: [UInt8] = []
        while got.last != 0x7D {
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return }
            got += chunk[..<count]
        }
        switch manner {
        case .says(let text):
            _ = text.utf8CString.withUnsafeBytes { send(connection, $0.baseAddress, $0.count - 1, Int32(MSG_NOSIGNAL)) }
        // Until the client has had enough.
        case .hangs: while recv(connection, &chunk, chunk.count, 0) > 0 {}
        }
    }
}
