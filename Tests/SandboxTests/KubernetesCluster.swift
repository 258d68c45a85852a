import Foundation
import Model
import Sandbox

/// A cluster of the tests: a store behind a lock, the API over it, two nodes of the pool `egress` and one of `other`.
struct KubernetesCluster {
    static let token = "token-of-alice"
    static let now = Timestamp(secondsSinceEpoch: 1_772_366_400)

    let access: LockedKubernetes
    let api: KubernetesAPI

    init(
        settings: KubernetesAPI.Settings = .init(), historyLimit: Int = 1000, denials: [KubernetesAuthority.Denial] = [],
        anonymous: KubernetesAuthority.User? = nil, runtime: Runtime = .system
    ) {
        var store = KubernetesCluster.store(historyLimit: historyLimit, denials: denials, now: runtime.now().wall)
        store.authority.anonymous = anonymous
        access = LockedKubernetes(store)
        api = KubernetesAPI(access: access, settings: settings, runtime: runtime)
    }

    static func store(
        historyLimit: Int = 1000, denials: [KubernetesAuthority.Denial] = [], now: Timestamp = KubernetesCluster.now
    ) -> KubernetesStore {
        let authority = KubernetesAuthority(tokens: [Secret(token): .init(name: "alice")], denials: denials)
        var store = KubernetesStore(seed: 7, authority: authority, historyLimit: historyLimit, now: now)
        for (index, pool) in ["egress", "egress", "other"].enumerated() { store.join("node-\(index + 1)", pool: pool, now: now) }
        return store
    }

    /// A call without HTTP, by alice unless told otherwise.
    func call(
        _ method: String, _ path: String, query: String = "", body: JSONValue? = nil, type: String = "application/json",
        accept: String? = nil, token: String? = KubernetesCluster.token
    ) async -> KubernetesReply {
        var headers: [(name: String, value: String)] = [("Content-Type", type)]
        if let accept { headers.append(("Accept", accept)) }
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        return await api.respond(
            to: KubernetesRequest(method: method, path: path, query: query, headers: headers, body: body?.json ?? []))
    }

    /// Serves the API on a free port of the loopback for as long as the body runs.
    func served<Result: Sendable>(_ body: @Sendable @escaping (Int) async throws -> Result) async throws -> Result {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let api = self.api
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await KubernetesFrontEnd.serve(api, host: "127.0.0.1", port: 0) { port.yield($0) }
                return nil
            }
            group.addTask {
                for await port in ports { return try await body(port) }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            while let result = try await group.next() { if let result { return result } }
            throw CancellationError()
        }
    }
}

extension KubernetesStore {
    mutating func join(_ name: String, pool: String = "egress", externalIP: String? = "34.1.2.3", now: Timestamp = KubernetesCluster.now) {
        joinNode(
            name: name, pool: pool, zone: "europe-west1-b", project: "acme-prod",
            instanceID: "4711\(name.utf8.count)\(name.utf8.last ?? 0)",
            internalIP: IPAddress("10.132.0.7")!, externalIP: externalIP.flatMap { IPAddress($0) }, taints: [], labels: [:], ready: true,
            now: now)
    }

    func version(_ resource: KubernetesResource, _ key: KubernetesObjectKey) -> String? {
        object(resource, key)?[path: ["metadata", "resourceVersion"]]?.string
    }
}

extension KubernetesReply {
    var bytes: [UInt8] { if case .whole(let bytes) = body { bytes } else { [] } }
    var json: JSONValue? { JSONValue(json: bytes) }
}

extension Runtime {
    /// The machine's own clocks.
    static var system: Runtime {
        let start = ContinuousClock.now
        return Runtime(
            now: {
                Moment(
                    instant: Instant(sinceOrigin: ContinuousClock.now - start),
                    wall: Timestamp(millisecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1000)))
            },
            random: { .random(in: 0 ... .max) },
            sleep: { duration throws(CancellationError) in
                do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
            })
    }
}
