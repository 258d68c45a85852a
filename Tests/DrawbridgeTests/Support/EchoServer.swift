import Foundation
import Peers

/// A server that gives certain answers, and to every other request its own headers and body, in whatever form an error may have: what a
/// proxy's error page, or EC2's own `SignatureDoesNotMatch`, gives back to whoever sent it. It is a proxy, too, that refuses everything.
final class EchoServer {
    let port: Int
    private let process: Process

    var url: String { "http://127.0.0.1:\(port)" }

    private static let program = """
        import http.server, json, sys
        from xml.sax.saxutils import escape
        given = json.loads(sys.stdin.read())
        class Echo(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                told = self.requestline + " " + str(self.headers).replace("\\n", " ") + self.rfile.read(length).decode("latin-1")
                kind = self.headers.get("Accept") or ""
                status = 403
                if self.path in given:
                    status, body, form = 200, given[self.path], "application/json"
                elif self.headers.get("X-Amz-Date") or "Action=" in told:
                    body = "<Response><Errors><Error><Code>SignatureDoesNotMatch</Code><Message>%s</Message></Error></Errors></Response>" % escape(told)
                    if "2011-06-15" in told:
                        body = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>%s</Message></Error></ErrorResponse>" % escape(told)
                    form = "text/xml"
                else:
                    body = json.dumps({"error": {"code": 403, "message": told, "status": "PERMISSION_DENIED",
                        "errors": [{"reason": "forbidden", "message": told}]}, "error_description": told, "message": told,
                        "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden", "code": 403})
                    if self.path.startswith("/oauth"):
                        body = json.dumps({"error": told[-300:], "error_description": told})
                    form = "application/json"
                data = body.encode()
                self.send_response(status)
                self.send_header("Content-Type", form)
                self.send_header("Metadata-Flavor", "Google")
                self.send_header("X-Echo", told[:2000])
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_CONNECT = answer
            def log_message(self, *arguments): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """

    /// - Parameter given: answers by path and query.
    init(given: [String: String] = [:]) throws {
        guard let python = Python.executable else { throw Launched.Failure(description: Python.isMissing) }
        process = Process()
        process.executableURL = python
        process.arguments = ["-c", Self.program]
        let (input, output) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardInput = input
        process.standardError = FileHandle.nullDevice
        try process.run()
        input.fileHandleForWriting.write(try JSONSerialization.data(withJSONObject: given))
        try input.fileHandleForWriting.close()
        var line = Data()
        while !line.contains(0x0A) {
            let piece = output.fileHandleForReading.availableData
            guard !piece.isEmpty else { throw Launched.Failure(description: "the echo server ended") }
            line += piece
        }
        guard let port = Int(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Launched.Failure(description: "the echo server named no port")
        }
        self.port = port
    }

    /// By SIGKILL: a child may have inherited a mask that blocks SIGTERM.
    func end() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
