import HTTP
import Testing

/// What a server sees, to the byte.
@Suite struct `On the wire` {
    private func bytes(of request: (String) -> HTTPRequest) async throws -> (head: String, body: [UInt8], response: HTTPResponse) {
        let seen = Signal<(String, [UInt8])>()
        let server = RawServer { connection in
            guard let head = connection.readHead(), let body = connection.read(head.contentLength) else { return }
            seen.send((head, body))
            connection.write(
                "HTTP/1.1 200 OK\r\nX-One: 1\r\nx-one: 2\r\nEmpty:\r\nContent-Length: \(head.hasPrefix("HEAD") ? 7 : 0)\r\n\r\n")
            _ = connection.waitForClose()
        }
        let client = HTTPClient(.test())
        let response = try await client.send(request(server.url))
        let (head, body) = await seen.value()
        return (head.replacing("127.0.0.1:\(server.port)", with: "HOST"), body, response)
    }

    @Test func `nothing is sent but what was asked for, the host and the user agent`() async throws {
        let seen = try await bytes {
            HTTPRequest(
                "GET", $0 + "/a/../b/./%2e%2E/c//d?q=%20+&&a",
                headers: ["X-Empty": "", "X-Blank": "  ", "x-Case": "a;b: c", "X-Two": "1", "X-two": "ü"],
                limits: .generous)
        }
        #expect(
            seen.head == """
                GET /a/../b/./%2e%2E/c//d?q=%20+&&a HTTP/1.1\r
                Host: HOST\r
                User-Agent: drawbridge-test\r
                X-Empty:\r
                X-Blank:\r
                x-Case: a;b: c\r
                X-Two: 1\r
                X-two: ü\r
                \r\n
                """)
        #expect(seen.response.headers.values("X-ONE") == ["1", "2"])
        #expect(seen.response.headers["empty"] == "")
    }

    @Test(arguments: ["POST", "PUT", "PATCH"], [nil, [] as [UInt8]])
    func `an empty body is announced`(_ method: String, _ body: [UInt8]?) async throws {
        let seen = try await bytes { HTTPRequest(method, $0 + "/", body: body, limits: .generous) }
        #expect(
            seen.head == "\(method) / HTTP/1.1\r\nHost: HOST\r\nUser-Agent: drawbridge-test\r\nContent-Length: 0\r\n\r\n")
    }

    @Test(arguments: ["GET", "HEAD", "DELETE", "OPTIONS"])
    func `without a body none is announced`(_ method: String) async throws {
        let seen = try await bytes { HTTPRequest(method, $0 + "/", limits: .generous) }
        #expect(seen.head == "\(method) / HTTP/1.1\r\nHost: HOST\r\nUser-Agent: drawbridge-test\r\n\r\n")
        #expect(seen.response.body.isEmpty)
    }

    @Test(arguments: ["POST", "PUT", "PATCH", "DELETE"], [1, 3_000_000])
    func `a body arrives whole, without asking for leave`(_ method: String, _ count: Int) async throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let seen = try await bytes {
            HTTPRequest(
                method, $0 + "/", headers: ["Content-Type": "text/x", "Content-Length": "\(count)"], body: body, limits: .generous)
        }
        #expect(
            seen.head == """
                \(method) / HTTP/1.1\r
                Host: HOST\r
                User-Agent: drawbridge-test\r
                Content-Type: text/x\r
                Content-Length: \(count)\r
                \r\n
                """)
        #expect(seen.body == body)
    }

    @Test func `a request's own host and user agent stand`() async throws {
        let seen = try await bytes {
            HTTPRequest("GET", $0, headers: ["Host": "metadata", "user-agent": "mine", "Accept": "*/*"], limits: .generous)
        }
        #expect(seen.head == "GET / HTTP/1.1\r\nHost: metadata\r\nuser-agent: mine\r\nAccept: */*\r\n\r\n")
    }

    @Test func `redirects are not followed and cookies are not kept`() async throws {
        let heads = Signal<String>()
        let server = RawServer { connection in
            while let head = connection.readHead() {
                heads.send(head)
                connection.write("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
            }
        }
        let client = HTTPClient(.test())
        for _ in 0..<2 {
            let response = try await client.send(HTTPRequest("GET", server.url + "/here", limits: .generous))
            #expect(response.status == 302)
            let head = await heads.value()
            #expect(head.hasPrefix("GET /here "))
            #expect(head.header("cookie") == nil)
        }
        #expect(server.accepted == 1)
    }

    @Test func `an interim answer is not the answer`() async throws {
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.write(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nhi"
            )
            _ = connection.waitForClose()
        }
        let response = try await HTTPClient(.test()).send(HTTPRequest("GET", server.url, limits: .generous))
        #expect(response.status == 201)
        #expect(response.headers["A"] == nil)
        #expect(response.body == Array("hi".utf8))
    }

    @Test func `a chunked body is joined`() async throws {
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.write(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n")
            _ = connection.waitForClose()
        }
        let response = try await HTTPClient(.test()).send(HTTPRequest("GET", server.url, limits: .generous))
        #expect(response.body == Array("abcde".utf8))
        #expect(response.headers["Trailer"] == nil)
    }
}
