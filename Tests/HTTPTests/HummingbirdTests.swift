#if canImport(Hummingbird)
    import HTTP
    import Hummingbird
    import Testing

    /// Against a server that others wrote.
    @Suite struct `Against Hummingbird` {
        private func withServer(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
            let router = Router()
            for method in [Hummingbird.HTTPRequest.Method.get, .post, .put, .patch, .delete] {
                router.on("/echo", method: method) { request, _ in
                    let buffer = try await request.body.collect(upTo: 8 << 20)
                    return Response(
                        status: .ok, headers: [.contentType: "application/octet-stream"],
                        body: .init(byteBuffer: ByteBuffer(string: "\(request.method.rawValue) \(buffer.readableBytes)")))
                }
            }
            router.get("/ticks") { _, _ in
                Response(
                    status: .ok,
                    body: .init { writer in
                        for tick in 0..<1000 { try await writer.write(ByteBuffer(string: "\(tick)\n")) }
                        try await writer.finish(nil)
                    })
            }
            let port = Signal<Int>()
            let server = Application(
                router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
                onServerRunning: { port.send($0.localAddress?.port ?? 0) })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.runService(gracefulShutdownSignals: []) }
                try await body("http://127.0.0.1:\(await port.value())")
                group.cancelAll()
            }
        }

        @Test func `each method, with and without a body, and a stream`() async throws {
            try await withServer { url in
                let client = HTTPClient(.test())
                for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                    for count in [nil, 0, 1, 2_000_000] where method != "GET" || count == nil {
                        let body = count.map { [UInt8](repeating: 1, count: $0) }
                        let response = try await client.send(HTTP.HTTPRequest(method, url + "/echo", body: body, limits: .generous))
                        #expect(String(decoding: response.body, as: UTF8.self) == "\(method) \(count ?? 0)")
                    }
                }
                #expect(try await client.send(HTTP.HTTPRequest("GET", url + "/none", limits: .generous)).status == 404)
                var text: [UInt8] = []
                for try await piece in try await client.stream(HTTP.HTTPRequest("GET", url + "/ticks", limits: .generous)).body {
                    text += piece
                }
                #expect(String(decoding: text, as: UTF8.self) == (0..<1000).map { "\($0)\n" }.joined())
                await client.shutdown()
            }
        }

        @Test func `two hundred at once`() async throws {
            try await withServer { url in
                let client = HTTPClient(.test())
                let answered = await withTaskGroup(of: Bool.self) { group in
                    for index in 0..<200 {
                        group.addTask {
                            let request = HTTP.HTTPRequest(
                                "POST", url + "/echo", body: [UInt8](repeating: 1, count: index), limits: .generous)
                            return (try? await client.send(request))?.body == Array("POST \(index)".utf8)
                        }
                    }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(answered == 200)
                await client.shutdown()
            }
        }
    }
#endif
