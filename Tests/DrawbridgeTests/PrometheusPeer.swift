import Foundation
import Glibc
import HTTP
import Peers

/// Debian's Prometheus: `promtool`, and a server on a free port of the loopback that ends with the test.
final class PrometheusPeer: Sendable {
    static let server = program("prometheus")
    static let promtool = program("promtool")
    /// Why a test that needs them is skipped.
    static let isMissing = "no prometheus and promtool on PATH: run make test, or install Debian's package prometheus"
    static var isThere: Bool { server != nil && promtool != nil }

    private static func program(_ name: String) -> URL? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":").map { URL(filePath: "\($0)/\(name)") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// Runs promtool. - Returns: its status, and all that it wrote.
    static func promtool(_ arguments: String..., input: Data = Data()) throws -> (status: Int32, output: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "promtool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (inputFile, outputFile) = (folder.appending(path: "in"), folder.appending(path: "out"))
        try input.write(to: inputFile)
        try Data().write(to: outputFile)
        let process = Process()
        process.executableURL = promtool
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        let output = try FileHandle(forWritingTo: outputFile)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOf: outputFile, encoding: .utf8))
    }

    private let process: Process
    private let folder: URL
    private let url: String
    private let client = HTTPClient(HTTPClientConfiguration(trust: .system, clientCertificate: nil, proxy: .none, userAgent: "tests"))

    /// Scrapes and evaluates every second.
    ///
    /// - Parameters:
    ///   - target: `127.0.0.1:8080`.
    ///   - rules: a file of rules.
    init(target: String, rules: URL) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "prometheus-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let configuration = folder.appending(path: "prometheus.yml")
        try """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: ['\(rules.path)']
        scrape_configs:
          - job_name: drawbridge
            static_configs: [{targets: ['\(target)'], labels: {namespace: drawbridge}}]
        """.write(to: configuration, atomically: true, encoding: .utf8)
        let port = LoopbackSocket.freePort()
        url = "http://127.0.0.1:\(port)"
        process = Process()
        process.executableURL = Self.server
        process.arguments = [
            "--config.file=\(configuration.path)", "--storage.tsdb.path=\(folder.path)/data", "--web.listen-address=127.0.0.1:\(port)",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    func stop() async {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        await client.shutdown()
        try? FileManager.default.removeItem(at: folder)
    }

    struct Sample: Decodable, Sendable {
        var metric: [String: String]
        var value: Double

        private enum Key: CodingKey { case metric, value }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            metric = try container.decode([String: String].self, forKey: .metric)
            var pair = try container.nestedUnkeyedContainer(forKey: .value)
            _ = try pair.decode(Double.self)
            value = Double(try pair.decode(String.self)) ?? .nan
        }
    }

    private struct Answer: Decodable {
        struct Result: Decodable { var result: [Sample] }
        var data: Result
    }

    /// What an expression comes to now; nothing while the server can't be reached yet.
    ///
    /// Source: Prometheus documentation, "HTTP API", instant queries.
    func query(_ expression: String) async throws -> [Sample] {
        let allowed = CharacterSet.alphanumerics
        let query = expression.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
        guard let body = try? await get("\(url)/api/v1/query?query=\(query)") else { return [] }
        return try JSONDecoder().decode(Answer.self, from: body).data.result
    }

    /// Asks until the answer is as wanted.
    func eventually(_ expression: String, within limit: Duration = .seconds(60), _ isWanted: ([Sample]) -> Bool) async throws -> [Sample] {
        let deadline = ContinuousClock.now + limit
        while true {
            let samples = try await query(expression)
            if isWanted(samples) { return samples }
            guard ContinuousClock.now < deadline else {
                throw Launched.Failure(description: "after \(limit) \(expression) is still \(samples)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    func get(_ url: String) async throws -> Data {
        let limits = HTTPLimits(connect: .seconds(5), total: .seconds(10), idle: .seconds(10), responseBytes: 16 << 20)
        let response = try await client.send(HTTPRequest("GET", url, headers: [:], body: nil, limits: limits))
        guard response.isSuccess else {
            throw Launched.Failure(description: "\(response.status) \(String(decoding: response.body, as: UTF8.self))")
        }
        return Data(response.body)
    }
}
