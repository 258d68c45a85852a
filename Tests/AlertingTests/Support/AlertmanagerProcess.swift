import Foundation
import Glibc

/// A Prometheus Alertmanager on free ports of the loopback, which ends with the test.
final class AlertmanagerProcess: Sendable {
    /// Debian's package prometheus-alertmanager, or upstream's name.
    static let executable = ["prometheus-alertmanager", "alertmanager"].lazy.flatMap { name in
        (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":").map { "\($0)/\(name)" }
    }.first { FileManager.default.isExecutableFile(atPath: $0) }

    let url: String
    private let process: Process
    private let directory: URL

    init() throws {
        guard let executable = Self.executable else { throw CocoaError(.fileNoSuchFile) }
        directory = FileManager.default.temporaryDirectory.appending(path: "alertmanager-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let configuration = directory.appending(path: "alertmanager.yml")
        try "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n".write(to: configuration, atomically: true, encoding: .utf8)
        let port = Self.freePort()
        url = "http://127.0.0.1:\(port)"
        process = Process()
        process.executableURL = URL(filePath: executable)
        process.arguments = [
            "--config.file=\(configuration.path)", "--storage.path=\(directory.path)", "--web.listen-address=127.0.0.1:\(port)",
            "--cluster.listen-address=",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    func stop() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: directory)
    }

    private static func freePort() -> UInt16 {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, length) | getsockname(listener, $0, &length) }
        }
        precondition(status == 0, "no free port: \(errno)")
        return UInt16(bigEndian: address.sin_port)
    }
}
