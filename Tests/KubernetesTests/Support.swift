import Commands
import Foundation
import HTTP
import Kubernetes
import Model

/// A value that tasks share.
final class Box<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value
    init(_ value: Value) { self.value = value }

    @discardableResult
    func with<Result>(_ body: (inout Value) -> Result) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return body(&value)
    }
}

/// A clock that only sleeping moves; sleeping takes no time.
final class TestClock: Sendable {
    let slept = Box<[Duration]>([])
    private let elapsed = Box(Duration.zero)
    let start = Timestamp(rfc3339: "2026-03-01T12:00:00Z")!

    var runtime: Runtime {
        Runtime(
            now: { [self] in
                let elapsed = elapsed.with { $0 }
                return Moment(instant: Instant(sinceOrigin: elapsed), wall: start + elapsed)
            },
            random: { 1 << 63 },
            sleep: { [self] delay throws(CancellationError) in
                if Task.isCancelled { throw CancellationError() }
                slept.with { $0.append(delay) }
                advance(delay)
            })
    }

    func advance(_ delay: Duration) { elapsed.with { $0 += delay } }
}

/// Answers requests from a script, in order, and keeps the requests.
actor ScriptedTransport: HTTPTransport {
    enum Step: Sendable {
        case answer(Int, String, HTTPHeaders)
        case failure(HTTPError.Kind, mayHaveBeenReceived: Bool)
        /// Pieces of a streamed body, and how it ends.
        case stream(Int, [String], ending: HTTPError.Kind?)

        static func answer(_ status: Int, _ body: String) -> Step { .answer(status, body, [:]) }
        static func status(_ code: Int, _ reason: String, headers: HTTPHeaders = [:]) -> Step {
            .answer(code, statusJSON(code, reason), headers)
        }
    }

    private var steps: [Step]
    private(set) var requests: [HTTPRequest] = []

    init(_ steps: [Step]) { self.steps = steps }

    var remaining: Int { steps.count }
    var methods: [String] { requests.map(\.method) }
    var targets: [String] { requests.map { $0.url.replacingOccurrences(of: "https://api.test/base", with: "") } }
    var bodies: [String] { requests.map { String(decoding: $0.body ?? [], as: UTF8.self) } }
    var authorizations: [String?] { requests.map { $0.headers["Authorization"] } }

    private func next(_ request: HTTPRequest) async throws(HTTPError) -> Step {
        requests.append(request)
        guard !steps.isEmpty else {
            // Nothing more is to come: stay open until cancelled.
            do { while true { try await Task.sleep(for: .seconds(3600)) } } catch {
                throw HTTPError(.cancelled, request: request.url, message: "cancelled", mayHaveBeenReceived: true)
            }
        }
        return steps.removeFirst()
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        switch try await next(request) {
        case .answer(let status, let body, let headers): return HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
        case .failure(let kind, let received): throw HTTPError(kind, request: "r", message: "m", mayHaveBeenReceived: received)
        case .stream: throw HTTPError(.internal, request: "r", message: "the script has a stream here", mayHaveBeenReceived: false)
        }
    }

    func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        switch try await next(request) {
        case .answer(let status, let body, let headers): return Self.stream(status, headers, [body], nil)
        case .failure(let kind, let received): throw HTTPError(kind, request: "r", message: "m", mayHaveBeenReceived: received)
        case .stream(let status, let pieces, let ending): return Self.stream(status, [:], pieces, ending)
        }
    }

    private static func stream(_ status: Int, _ headers: HTTPHeaders, _ pieces: [String], _ ending: HTTPError.Kind?) -> HTTPStream {
        let left = Box(pieces)
        return HTTPStream(
            status: status, headers: headers,
            body: HTTPStream.Body { () async throws(HTTPError) in
                if let piece = left.with({ $0.isEmpty ? nil : $0.removeFirst() }) { return Array(piece.utf8) }
                if let ending { throw HTTPError(ending, request: "r", message: "m", mayHaveBeenReceived: true) }
                return nil
            })
    }
}

extension KubernetesClient {
    /// A client on a script, at `https://api.test/base`.
    static func scripted(
        _ transport: ScriptedTransport, clock: TestClock = TestClock(),
        authentication: KubernetesAuthentication = .token(Secret("t0ken")),
        files: FileReader = .memory([:]), commands: CommandRunner = .none, configurations: Box<[HTTPClientConfiguration]>? = nil,
        meter: CallMeter = .none
    ) -> KubernetesClient {
        KubernetesClient(
            configuration: KubernetesConfiguration(
                server: "https://api.test/base", trust: .system, clientCertificate: nil, proxy: .none, authentication: authentication,
                namespace: "drawbridge", origin: "test"),
            runtime: clock.runtime, files: files, commands: commands, meter: meter,
            makeTransport: { configuration in
                configurations?.with { $0.append(configuration) }
                return transport
            })
    }
}

extension FileReader {
    static func memory(_ files: [String: String]) -> FileReader {
        FileReader { path throws(Failure) in
            guard let text = files[path] else { throw .missing }
            return Array(text.utf8)
        }
    }
}

extension FileReader {
    /// Files whose content tells how often one has been read.
    static func counting(_ prefix: String) -> FileReader {
        let reads = Box(0)
        return FileReader { _ throws(Failure) in
            let count = reads.with {
                $0 += 1
                return $0
            }
            return Array("\(prefix)\(count)".utf8)
        }
    }
}

extension CommandRunner {
    static let none = CommandRunner { _ throws(Failure) in throw .missing }
}

/// A directory that goes when the value does.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("kubernetes-tests-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    @discardableResult
    func write(_ name: String, _ text: String, executable: Bool = false) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        if executable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file) }
        return file
    }
}

func statusJSON(_ code: Int, _ reason: String) -> String {
    #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"said \#(reason)","reason":"\#(reason)","code":\#(code)}"#
}

func nodeJSON(
    _ name: String, uid: String = "u-1", version: String = "10", labels: String = #"{"cloud.google.com/gke-nodepool":"egress"}"#,
    annotations: String = "{}", taints: String = "[]", ip: String? = nil, heartbeat: String = "2026-03-01T12:00:00Z"
) -> String {
    let addresses = ip.map { #"{"type":"InternalIP","address":"10.0.0.1"},{"type":"ExternalIP","address":"\#($0)"}"# } ?? ""
    return
        #"{"kind":"Node","apiVersion":"v1","metadata":{"name":"\#(name)","uid":"\#(uid)","resourceVersion":"\#(version)","labels":\#(labels),"#
        + #""annotations":\#(annotations),"creationTimestamp":"2026-03-01T10:00:00Z"},"spec":{"podCIDR":"10.4.0.0/24","providerID":"gce://p/z/\#(name)","#
        + #""taints":\#(taints)},"status":{"capacity":{"cpu":"2"},"conditions":[{"type":"MemoryPressure","status":"False"},"#
        + #"{"type":"Ready","status":"True","lastHeartbeatTime":"\#(heartbeat)"}],"addresses":[\#(addresses)]}}"#
}

func listJSON(_ nodes: [String], version: String = "100", token: String? = nil) -> String {
    #"{"kind":"NodeList","apiVersion":"v1","metadata":{"resourceVersion":"\#(version)"\#(token.map { #","continue":"\#($0)","remainingItemCount":1"# } ?? "")},"items":[\#(nodes.joined(separator: ","))]}"#
}

func eventJSON(_ type: String, _ object: String) -> String { #"{"type":"\#(type)","object":\#(object)}"# + "\n" }
func bookmarkJSON(_ version: String) -> String {
    eventJSON(
        "BOOKMARK",
        #"{"kind":"Node","apiVersion":"v1","metadata":{"resourceVersion":"\#(version)","creationTimestamp":null},"spec":{},"status":{}}"#
    )
}

func node(
    _ name: String, uid: String = "u-1", version: String = "10", labels: [String: String] = [:], taints: [Taint] = [],
    ips: [String] = [],
    ready: Bool = true
) -> Node {
    Node(
        name: name, uid: uid, resourceVersion: version, labels: labels, annotations: [:], taints: taints,
        providerID: "gce://p/z/\(name)",
        externalIPs: ips.compactMap { IPAddress($0) }, isUnschedulable: false, isReady: ready, isBeingDeleted: false,
        createdAt: Timestamp(secondsSinceEpoch: 0))
}

/// The error of a call that must fail.
func failure<T>(_ body: () async throws(APIError) -> T) async -> APIError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}
