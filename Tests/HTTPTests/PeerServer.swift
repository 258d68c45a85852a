import Foundation

/// A server program that prints its port and ends when its standard input does.
final class PeerServer: Sendable {
    let port: UInt16
    private let process: Process
    private let input: Pipe

    init(_ program: String, _ arguments: [String]) throws {
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        self.input = input
        let line = output.fileHandleForReading.availableData
        guard let port = UInt16(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Failure(program: program, line: String(decoding: line, as: UTF8.self))
        }
        self.port = port
    }

    struct Failure: Error {
        var program: String
        var line: String
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    static func isInstalled(_ program: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }

    /// HTTP/1.1 over TLS; answers with the subject of the client's certificate.
    static func python(certificate: String, demanding clientAuthority: String? = nil) throws -> PeerServer {
        let made = Certificates.shared
        let script = """
            import http.server, os, ssl, sys, threading
            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'
                def do_GET(self):
                    peer = (self.connection.getpeercert() or {}).get('subject', ())
                    body = repr([v for part in peer for (k, v) in part]).encode()
                    self.send_response(200)
                    self.send_header('Content-Length', str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                def log_message(self, *a): pass
            server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
            server.daemon_threads = True
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(sys.argv[1], sys.argv[2])
            if sys.argv[3]:
                context.verify_mode = ssl.CERT_REQUIRED
                context.load_verify_locations(sys.argv[3])
            server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            print(server.server_port, flush=True)
            sys.stdin.read()
            os._exit(0)
            """
        return try PeerServer(
            "python3",
            ["-c", script, made.path(certificate + ".pem"), made.path(certificate + ".key"), clientAuthority.map(made.path) ?? ""])
    }

    /// HTTP/2 and HTTP/1.1 over TLS; answers with the version, the number of connections so far and the length of the request's body.
    static func node() throws -> PeerServer {
        let made = Certificates.shared
        let script = """
            const http2 = require('http2'), fs = require('fs');
            let connections = 0;
            const server = http2.createSecureServer({cert: fs.readFileSync(process.argv[1]), key: fs.readFileSync(process.argv[2]), allowHTTP1: true},
                (request, response) => {
                    let length = 0;
                    request.on('data', piece => length += piece.length);
                    request.on('end', () => {
                        if (request.url === '/hang') return;
                        response.end(`${request.httpVersion} ${connections} ${length}`);
                    });
                });
            server.on('secureConnection', () => connections++);
            server.listen(0, '127.0.0.1', () => console.log(server.address().port));
            process.stdin.on('end', () => process.exit(0)).resume();
            """
        return try PeerServer("node", ["-e", script, made.path("server.pem"), made.path("server.key")])
    }

    var url: String { "https://localhost:\(port)" }
}
