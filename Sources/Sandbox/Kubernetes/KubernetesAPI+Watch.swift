import Model

/// The watch.
///
/// Source: Kubernetes documentation, API concepts: "Efficient detection of changes", "Watch bookmarks", "Streaming lists".
extension KubernetesAPI {
    func watch(_ call: ResourceCall, _ representation: KubernetesRepresentation) throws(KubernetesStatus) -> KubernetesReply {
        let query = call.query
        let selector = try selector(of: call)
        let version = try KubernetesStore.parse(resourceVersion: query["resourceVersion"])
        let wantsInitialEvents = query.has("sendInitialEvents") ? query.flag("sendInitialEvents") : nil
        try checkInitialEvents(query, wantsInitialEvents)
        let timeout = try number("timeoutSeconds", query).map { Duration.seconds(min($0, 86_400)) } ?? settings.watchTimeout

        // Subscribed before the first look, so that nothing falls between.
        let changes = access.changes()
        var stream = WatchStream(call: call, representation: representation, table: table(call), selector: selector)
        let isStateWanted = wantsInitialEvents ?? (version == nil || version == 0)
        let first: Result<[UInt8], KubernetesStatus> = try access.read { store in
            do throws(KubernetesStatus) {
                if isStateWanted { return .success(try stream.start(store, endsWithBookmark: wantsInitialEvents == true)) }
                stream.position = version ?? store.resourceVersion
                return .success(try stream.next(store))
            } catch {
                return .failure(error)
            }
        }
        if case .failure(let status) = first, settings.answersExpiredWatchWithStatus { throw status }
        let chunks = run(
            stream, first, changes, timeout: timeout, bookmarks: query.flag("allowWatchBookmarks") ? settings.bookmarkInterval : nil)
        return KubernetesReply(
            status: 200, headers: [("Content-Type", "application/json"), ("Cache-Control", "no-cache, private")], body: .stream(chunks))
    }

    private func checkInitialEvents(_ query: KubernetesQuery, _ wanted: Bool?) throws(KubernetesStatus) {
        let match = query["resourceVersionMatch"]
        func refuse(_ detail: String) -> KubernetesStatus {
            .invalid(kind: "ListOptions", group: "meta.k8s.io", name: "", [.forbidden("resourceVersionMatch", detail)])
        }
        if wanted != nil, match != "NotOlderThan" {
            throw refuse("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
        }
        if wanted == nil, !match.isEmpty {
            throw refuse("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")
        }
    }

    /// Chunks that a reader may be behind. Beyond it the watch is ended, as the API server ends a slow watcher.
    private static let backlog = 1000

    private func run(
        _ stream: WatchStream, _ first: Result<[UInt8], KubernetesStatus>, _ changes: AsyncStream<Void>, timeout: Duration,
        bookmarks: Duration?
    ) -> AsyncStream<[UInt8]> {
        let (chunks, output) = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .bufferingOldest(KubernetesAPI.backlog))
        let task = Task { [access, runtime] in
            defer { output.finish() }
            var stream = stream
            func send(_ bytes: [UInt8]) -> Bool {
                guard !bytes.isEmpty else { return true }
                if case .enqueued = output.yield(bytes) { return true }
                return false
            }
            switch first {
            case .success(let bytes): guard send(bytes) else { return }
            case .failure(let status):
                _ = send(WatchStream.line("ERROR", status.json))
                return
            }
            let started = runtime.now().instant
            var bookmarked = started
            let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let pumps = KubernetesAPI.pumps(changes, wake, timeout: timeout, bookmarks: bookmarks, runtime)
            defer { for pump in pumps { pump.cancel() } }
            for await _ in wakes {
                let now = runtime.now()
                do throws(KubernetesStatus) {
                    guard send(try access.read { store throws(KubernetesStatus) in try stream.next(store) }) else { return }
                } catch {
                    _ = send(WatchStream.line("ERROR", error.json))
                    return
                }
                if now.instant - started >= timeout { return }
                if let bookmarks, now.instant - bookmarked >= bookmarks {
                    bookmarked = now.instant
                    guard send(stream.bookmark(annotations: [:])) else { return }
                }
            }
        }
        output.onTermination = { _ in task.cancel() }
        return chunks
    }

    /// What wakes a watch: a change, the time of a bookmark, the end.
    private static func pumps(
        _ changes: AsyncStream<Void>, _ wake: AsyncStream<Void>.Continuation, timeout: Duration, bookmarks: Duration?,
        _ runtime: Runtime
    ) -> [Task<Void, Never>] {
        var pumps = [
            Task { for await _ in changes { wake.yield() } },
            Task {
                try? await runtime.sleep(timeout)
                wake.yield()
            },
        ]
        if let bookmarks {
            pumps.append(
                Task {
                    while !Task.isCancelled {
                        do { try await runtime.sleep(bookmarks) } catch { return }
                        wake.yield()
                    }
                })
        }
        return pumps
    }
}
