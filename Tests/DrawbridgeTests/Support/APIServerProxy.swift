import Foundation
import Peers

/// The part of an API server that passes requests on to pods and Services, in front of processes of this machine.
///
/// Source: Kubernetes documentation, "Access Services Running on Clusters"; k8s.io/apiserver takes the Authorization header off.
final class APIServerProxy {
    let kubeconfig: String
    private let process: Process

    private static let program = """
        import http.server, json, sys, urllib.request, urllib.error
        pods, service = json.loads(sys.argv[1]), sys.argv[2]
        class Proxy(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def answer(self, status, headers, data):
                self.send_response(status)
                for name, value in headers: self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            def do_GET(self):
                parts = self.path.split("/", 8)
                base = None
                if self.headers.get("Authorization") == "Bearer laptop" and parts[1:5] == ["api", "v1", "namespaces", "drawbridge"] and parts[7] == "proxy":
                    scheme, name, port = parts[6].split(":")
                    if (scheme, port) == ("http", "8080"):
                        base = pods.get(name) if parts[5] == "pods" else service if name == "drawbridge" else None
                if not base:
                    return self.answer(404, [("Content-Type", "application/json")], json.dumps({"kind": "Status", "apiVersion": "v1",
                        "status": "Failure", "reason": "NotFound", "code": 404, "message": "not found"}).encode())
                try: reply = urllib.request.build_opener(urllib.request.ProxyHandler({})).open(base + parts[8])
                except urllib.error.HTTPError as error: reply = error
                headers = [(n, v) for n, v in reply.headers.items() if n.lower() not in ("content-length", "connection", "transfer-encoding")]
                self.answer(reply.status, headers, reply.read())
            def log_message(self, *arguments): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """

    /// - Parameters:
    ///   - pods: the URL of each, with a slash at the end.
    ///   - service: what the Service `drawbridge` leads to.
    init(pods: [String: String], service: String, in directory: URL) throws {
        guard let python = Python.executable else { throw Launched.Failure(description: Python.isMissing) }
        process = Process()
        process.executableURL = python
        process.arguments = ["-c", Self.program, String(decoding: try JSONEncoder().encode(pods), as: UTF8.self), service]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = Data()
        while !line.contains(0x0A) {
            let piece = pipe.fileHandleForReading.availableData
            guard !piece.isEmpty else { throw Launched.Failure(description: "the proxy ended") }
            line += piece
        }
        let port = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        let file = directory.appendingPathComponent("proxy-kubeconfig")
        kubeconfig = file.path
        try Data(
            """
            apiVersion: v1
            kind: Config
            current-context: c
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:\(port)"}}]
            users: [{name: u, user: {token: laptop}}]
            contexts: [{name: c, context: {cluster: c, user: u}}]
            """.utf8
        ).write(to: file)
    }

    /// By SIGKILL: a child may have inherited a mask that blocks SIGTERM.
    func end() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
