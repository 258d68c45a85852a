import HTTP
import Locking
package import Model

/// What the desk does beside: sends, keeps, and lets time pass. Each sink by itself, so that one that hangs holds up nothing else.
extension AlertDesk {
    /// Between two looks at the clock.
    private static let tick = Duration.seconds(5)
    /// Between two saves.
    private static let savePause = Duration.seconds(5)
    /// Trouble with the store keeps alerts back for so long; then they are told without it.
    private static let loadLimit = Duration.seconds(30)

    /// Runs until cancelled.
    package func run() async {
        await withDiscardingTaskGroup { tasks in
            for (index, sink) in settings.sinks.enumerated() {
                tasks.addTask { await self.serve(sink, self.signal(sink: index)) }
            }
            for (index, receiver) in settings.alertmanagers.enumerated() {
                tasks.addTask { await self.serve(receiver, "alertmanager \(index + 1)", self.signal(alertmanager: index)) }
            }
            if settings.store != nil {
                tasks.addTask { await self.load() }
                tasks.addTask { await self.save() }
            }
            while !Task.isCancelled {
                do { try await runtime.sleep(Self.tick) } catch { break }
                elapsed()
            }
            tasks.cancelAll()
        }
    }

    // MARK: Sinks that take one after the other

    private func serve(_ sink: any AlertSink, _ signal: Signal) async {
        var failures = 0
        for await _ in signal.stream {
            while !Task.isCancelled, let (item, epoch) = next(sink.name) {
                let trouble = await deliver(item, to: sink)
                var pause = sink.pause
                if case .again(let message, let named) = trouble {
                    failures += 1
                    if failures == 1 { warn("\(sink.name) did not take an alert, it is tried again: \(message)") }
                    note(message, of: sink.name)
                    pause = Backoff.pause(failures: failures, named: named, unit: runtime.unit())
                } else {
                    if case .refused(let message) = trouble {
                        warn(
                            "\(sink.name) refuses an alert (\(item.transition.alert.identity.description.shown())), it is left out: \(message)"
                        )
                    } else if failures > 0 {
                        warn("\(sink.name) takes alerts again")
                    }
                    failures = 0
                    passed(item, sink.name, epoch)
                    note(nil, of: sink.name)
                }
                if pause > .zero { do { try await runtime.sleep(pause) } catch { return } }
            }
        }
    }

    private func next(_ sink: String) -> (Outbox.Item, epoch: Int)? {
        state.withLock { state in
            guard case .open = state.phase else { return nil }
            return state.outbox.next(sink).map { ($0, state.epoch) }
        }
    }

    private func passed(_ item: Outbox.Item, _ sink: String, _ epoch: Int) {
        state.withLock { state in
            guard state.epoch == epoch else { return }
            state.outbox.passed(item, sink)
            state.isDirty = true
        }
        saving.feed.yield()
    }

    private func deliver(_ item: Outbox.Item, to sink: any AlertSink) async -> SinkTrouble? {
        do throws(SinkTrouble) {
            return await send(try sink.request(for: item, now: runtime.now().wall))
        } catch {
            return error
        }
    }

    private func send(_ request: HTTPRequest) async -> SinkTrouble? {
        do throws(HTTPError) { return SinkTrouble.of(try await transport.send(request)) } catch { return SinkTrouble.of(error) }
    }

    // MARK: Alertmanagers, which want the whole set again and again

    private func serve(_ receiver: Alertmanager, _ name: String, _ signal: Signal) async {
        let clock = Task {
            while !Task.isCancelled {
                do { try await self.runtime.sleep(Alertmanager.interval) } catch { return }
                signal.feed.yield()
            }
        }
        defer { clock.cancel() }
        var failures = 0
        for await _ in signal.stream {
            let requests = state.withLock { state -> [HTTPRequest] in
                guard case .open = state.phase else { return [] }
                return receiver.requests(firing: state.book.firing, resolved: state.book.resolved, now: runtime.now().wall)
            }
            var trouble: SinkTrouble?
            for request in requests where trouble == nil { trouble = await send(request) }
            guard let trouble else {
                if failures > 0 { warn("\(name) takes alerts again") }
                failures = 0
                note(nil, of: name)
                continue
            }
            failures += 1
            if failures == 1 { warn("\(name) (\(receiver.url)) did not take the alerts, they are sent again: \(trouble.message)") }
            note(trouble.message, of: name)
            let named: Duration? = if case .again(_, let after) = trouble { after } else { nil }
            do { try await runtime.sleep(Backoff.pause(failures: failures, named: named, unit: runtime.unit())) } catch { return }
            signal.feed.yield()
        }
    }

    // MARK: What outlives the process

    private func load() async {
        guard let store = settings.store else { return }
        for await _ in loading.stream {
            let start = runtime.now().instant
            let epoch = state.withLock { $0.epoch }
            var failures = 0
            while !Task.isCancelled, isRestoring(epoch) {
                do throws(APIError) {
                    let text = try await store.load()
                    let archive = text.flatMap(AlertArchive.init(text:))
                    if archive == nil, let text, !text.isEmpty { warn("what was told of alerts can't be read: what lasts is told again") }
                    restored(archive, epoch: epoch)
                } catch {
                    failures += 1
                    guard runtime.now().instant - start < Self.loadLimit, !error.isDenied else {
                        warn("what was told of alerts can't be read, and what lasts is told again: \(error)")
                        restored(nil, epoch: epoch)
                        break
                    }
                    let pause = Backoff.pause(failures: failures, named: nil, unit: runtime.unit())
                    do { try await runtime.sleep(min(pause, .seconds(5))) } catch { return }
                }
            }
        }
    }

    private func isRestoring(_ epoch: Int) -> Bool {
        state.withLock { state in
            guard state.epoch == epoch, case .restoring = state.phase else { return false }
            return true
        }
    }

    private func save() async {
        var isTold = false
        for await _ in saving.stream {
            if let error = await flush() {
                if !isTold { warn("what was told of alerts can't be kept, so a restart may repeat it: \(error)") }
                isTold = true
                do { try await runtime.sleep(Self.savePause * 3) } catch { return }
                saving.feed.yield()
            } else {
                isTold = false
                do { try await runtime.sleep(Self.savePause) } catch { return }
            }
        }
    }

    /// Keeps what has not been kept yet. Also called before the lease is given up.
    @discardableResult
    package func flush() async -> APIError? {
        guard let store = settings.store else { return nil }
        let taken = state.withLock { state -> (AlertArchive, Int)? in
            guard case .open = state.phase, state.isDirty else { return nil }
            state.isDirty = false
            return (AlertArchive(book: state.book.state, outbox: state.outbox.state), state.epoch)
        }
        guard let (archive, epoch) = taken else { return nil }
        do throws(APIError) {
            try await store.save(archive.text)
            return nil
        } catch {
            state.withLock { if $0.epoch == epoch { $0.isDirty = true } }
            return error
        }
    }
}
