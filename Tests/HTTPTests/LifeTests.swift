import Testing

@testable import HTTP

/// Cancellation, back-pressure, reuse, queues, shutdown.
@Suite struct `Life of a transfer` {
    /// A server that answers with `start`, tells that it did, and then tells whether the client closed.
    private func hangingServer(_ start: String, _ started: Signal<Void>, _ closed: Signal<Bool>) -> RawServer {
        RawServer { connection in
            guard connection.readHead() != nil else { return }
            connection.write(start)
            started.send(())
            closed.send(connection.waitForClose())
        }
    }

    @Test func `cancelling before the head closes the connection`() async {
        let (started, closed) = (Signal<Void>(), Signal<Bool>())
        let server = hangingServer("", started, closed)
        let client = HTTPClient(.test())
        let task = Task { await client.failure(HTTPRequest("GET", server.url, limits: .generous)) }
        await started.value()
        task.cancel()
        let error = await task.value
        #expect(error?.kind == .cancelled)
        #expect(error?.mayHaveBeenReceived == true)
        #expect(await closed.value())
    }

    @Test func `cancelling in the middle of a body closes the connection`() async {
        let (started, closed) = (Signal<Void>(), Signal<Bool>())
        let server = hangingServer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", started, closed)
        let client = HTTPClient(.test())
        let task = Task { await client.failure(HTTPRequest("GET", server.url, limits: .generous)) }
        await started.value()
        task.cancel()
        #expect(await task.value?.kind == .cancelled)
        #expect(await closed.value())
    }

    @Test func `cancelling the reader of a stream closes the connection`() async throws {
        let (started, closed) = (Signal<Void>(), Signal<Bool>())
        let server = hangingServer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", started, closed)
        let client = HTTPClient(.test())
        let first = Signal<[UInt8]>()
        let task = Task { () async throws -> HTTPError? in
            let stream = try await client.stream(HTTPRequest("GET", server.url, limits: .generous))
            do throws(HTTPError) {
                for try await piece in stream.body { first.send(piece) }
                return nil
            } catch { return error }
        }
        #expect(await first.value() == Array("abc".utf8))
        task.cancel()
        #expect(try await task.value?.kind == .cancelled)
        #expect(await closed.value())
    }

    @Test func `a reader that leaves closes the connection`() async throws {
        let (started, closed) = (Signal<Void>(), Signal<Bool>())
        let server = hangingServer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", started, closed)
        let client = HTTPClient(.test())
        func readOnce() async throws {
            for try await piece in try await client.stream(HTTPRequest("GET", server.url, limits: .generous)).body {
                #expect(piece == Array("abc".utf8))
                break
            }
        }
        try await readOnce()
        #expect(await closed.value())
        await client.shutdown()
    }

    @Test func `a stream lives on when its client is let go`() async throws {
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc")
            _ = connection.readSome()
        }
        func open() async throws -> HTTPStream {
            try await HTTPClient(.test()).stream(HTTPRequest("GET", server.url, limits: .generous))
        }
        let stream = try await open()
        var iterator = stream.body.makeAsyncIterator()
        #expect(try await iterator.next() == Array("abc".utf8))
    }

    @Test func `a task that is cancelled already sends nothing`() async {
        let server = RawServer.answering()
        let client = HTTPClient(.test())
        let task = Task { () async -> HTTPError? in
            withUnsafeCurrentTask { $0?.cancel() }
            return await client.failure(HTTPRequest("GET", server.url, limits: .generous))
        }
        let error = await task.value
        #expect(error?.kind == .cancelled)
        #expect(error?.mayHaveBeenReceived == false)
        #expect(server.accepted == 0)
    }

    @Test func `cancelling one leaves the others alone`() async throws {
        let (started, closed) = (Signal<Void>(), Signal<Bool>())
        let hanging = hangingServer("", started, closed)
        let server = RawServer.answering()
        let client = HTTPClient(.test())
        let task = Task { await client.failure(HTTPRequest("GET", hanging.url, limits: .generous)) }
        await started.value()
        async let other = client.send(HTTPRequest("GET", server.url, limits: .generous))
        task.cancel()
        #expect(try await other.status == 200)
        #expect(await task.value?.kind == .cancelled)
    }

    @Test func `a reader that stands still holds the server back, and the idle clock with it`() async throws {
        let total = 64 << 20
        let written = Signal<Int>()
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            let body = [UInt8](repeating: 7, count: total)
            let first = connection.write(body, patienceSeconds: 4)
            written.send(first)
            _ = connection.write(Array(body[first...]))
        }
        var limits = HTTPLimits.generous
        limits.idle = .seconds(3)
        let stream = try await HTTPClient(.test()).stream(HTTPRequest("GET", server.url, limits: limits))
        let before = await written.value()
        #expect(before < 24 << 20, "the sockets' buffers hold some megabytes; the rest must stay at the server")
        let (bytes, error) = await stream.body.drain()
        #expect(bytes == total)
        #expect(error == nil)
    }

    @Test func `a streamed body has its limit too`() async throws {
        let server = RawServer.answering(String(repeating: "x", count: 500_000))
        var limits = HTTPLimits.generous
        limits.responseBytes = 400_000
        let stream = try await HTTPClient(.test()).stream(HTTPRequest("GET", server.url, limits: limits))
        let (bytes, error) = await stream.body.drain()
        #expect(bytes <= 400_000)
        #expect(error?.kind == .tooLarge)
    }

    @Test func `one connection serves requests one after the other`() async throws {
        let server = RawServer.answering()
        let client = HTTPClient(.test())
        for method in ["GET", "POST", "HEAD", "PUT", "GET"] where method != "HEAD" {
            #expect(try await client.send(HTTPRequest(method, server.url, limits: .generous)).status == 200)
        }
        let stream = try await client.stream(HTTPRequest("GET", server.url, limits: .generous))
        #expect(await stream.body.drain().bytes == 2)
        #expect(try await client.send(HTTPRequest("GET", server.url, limits: .generous)).body == Array("ok".utf8))
        #expect(server.accepted == 1)
    }

    @Test(arguments: [200, 3000])
    func `many sends at once are all answered, over a bounded number of connections`(_ count: Int) async throws {
        let server = RawServer.answering()
        let client = HTTPClient(.test())
        let answered = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<count {
                group.addTask {
                    let request = HTTPRequest(
                        "POST", server.url + "/\(index)", body: Array("body \(index)".utf8), limits: .generous)
                    return (try? await client.send(request))?.body == Array("ok".utf8)
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(answered == count)
        #expect(server.maxOpen <= 116)
        #expect(server.accepted <= 300, "connections are reused under load")
    }

    @Test func `what a burst of connections left is closed as later transfers end`() async throws {
        let closed = Signal<Void>()
        let gate = Gate(count: 60)
        let server = RawServer { connection in
            while let head = connection.readHead() {
                // None of the burst is answered before the last of it has come.
                if head.contains("/burst") { gate.pass() }
                guard connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") else { break }
            }
            closed.send(())
        }
        let client = HTTPClient(.test())
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<60 {
                group.addTask { #expect(await client.failure(HTTPRequest("GET", server.url + "/burst", limits: .generous)) == nil) }
            }
        }
        #expect(server.accepted == 60)
        for _ in 0..<60 { _ = try await client.send(HTTPRequest("GET", server.url, limits: .generous)) }
        for _ in 0..<(60 - TransferLoop.idleConnections - 1) { await closed.value() }
        #expect(server.accepted == 60)
        await client.shutdown()
    }

    @Test func `shutting down ends what runs, closes what is kept, and refuses what comes`() async throws {
        let (started, closed) = (Signal<Void>(), Signal<Bool>())
        let server = hangingServer("", started, closed)
        let client = HTTPClient(.test())
        let task = Task { await client.failure(HTTPRequest("GET", server.url, limits: .generous)) }
        await started.value()
        await client.shutdown()
        #expect(await task.value?.kind == .cancelled)
        #expect(await closed.value())
        await client.shutdown()
        let late = await client.failure(HTTPRequest("GET", server.url, limits: .generous))
        #expect(late?.kind == .cancelled)
        #expect(late?.mayHaveBeenReceived == false)
    }

    @Test func `a client that is let go closes its connections`() async throws {
        let closed = Signal<Bool>()
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            closed.send(connection.waitForClose())
        }
        func use() async throws {
            let client = HTTPClient(.test())
            #expect(try await client.send(HTTPRequest("GET", server.url, limits: .generous)).status == 200)
        }
        try await use()
        #expect(await closed.value())
    }
}
