import Foundation
import Glibc
import Peers

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
        let port = LoopbackSocket.freePort()
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
}
