import Foundation

/// Keys and certificates, made once for a run with the `openssl` program.
struct Certificates: Sendable {
    let directory: String

    static let shared = Certificates()

    private init() {
        directory = NSTemporaryDirectory() + "drawbridge-http-tests-\(ProcessInfo.processInfo.processIdentifier)"
        try! FileManager.default.createDirectory(atPath: directory + "/hashed", withIntermediateDirectories: true)
        for authority in ["ca", "foreign"] {
            openssl("req -x509 \(Self.newKey) -keyout \(authority).key -out \(authority).pem -subj /CN=\(authority) -days 2")
        }
        issue("server", "DNS:localhost,IP:127.0.0.1", days: 2)
        issue("elsewhere", "DNS:elsewhere.test", days: 2)
        issue("expired", "DNS:localhost,IP:127.0.0.1", days: -1)
        issue("client", "DNS:client.test", days: 2)
        try! FileManager.default.copyItem(atPath: directory + "/ca.pem", toPath: directory + "/hashed/ca.pem")
        openssl("rehash hashed")
        atexit { try? FileManager.default.removeItem(atPath: Certificates.shared.directory) }
        openssl("ec -in client.key -aes128 -passout pass:secret -out encrypted.key")
    }

    private static let newKey = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"

    private func issue(_ name: String, _ alternativeNames: String, days: Int) {
        try! "subjectAltName=\(alternativeNames)\n".write(toFile: "\(directory)/\(name).ext", atomically: true, encoding: .utf8)
        openssl("req \(Self.newKey) -keyout \(name).key -out \(name).csr -subj /CN=\(name)")
        openssl(
            "x509 -req -in \(name).csr -CA ca.pem -CAkey ca.key -CAcreateserial -days \(days) -extfile \(name).ext -out \(name).pem"
        )
    }

    @discardableResult
    func openssl(_ arguments: String, mustSucceed: Bool = true) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments.split(separator: " ").map(String.init)
        process.currentDirectoryURL = URL(filePath: directory)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try! process.run()
        process.waitUntilExit()
        precondition(!mustSucceed || process.terminationStatus == 0, "openssl \(arguments)")
        return process.terminationStatus == 0
    }

    func bytes(_ file: String) -> [UInt8] { Array(FileManager.default.contents(atPath: path(file))!) }

    func path(_ file: String) -> String { "\(directory)/\(file)" }
}
