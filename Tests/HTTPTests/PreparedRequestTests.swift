import Testing

@testable import HTTP

@Suite struct `Prepared request` {
    private func refusal(_ request: HTTPRequest) -> HTTPError? {
        do throws(HTTPError) {
            _ = try PreparedRequest(request)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "", "127.0.0.1/", "ftp://h/", "file:///etc/passwd", "http://", "http:///x", "http://user:secret@h/", "http://h/a b",
        "http://h/\r\nX: y",
        "http://h/\u{0}", "http://h/ü", "http://h/#secret", "http://h\\@evil/", "https://?secret=1",
    ])
    func `a URL that can't be sent as it stands is refused, and not repeated`(_ url: String) throws {
        let error = try #require(refusal(HTTPRequest("GET", url, limits: .generous)))
        #expect(error.kind == .malformedRequest)
        #expect(!error.mayHaveBeenReceived)
        #expect(!error.description.contains("secret"))
    }

    @Test(arguments: [
        ("X\r\nEvil", "1"), ("X", "1\r\nEvil: 1"), ("X", "1\nEvil: 1"), ("X", "1\u{0}"), ("X ", "1"), ("", "1"), ("X:", "1"),
        ("X;", "1"),
        ("Ü", "1"), ("X", "\u{7F}"), ("Transfer-Encoding", "chunked"), ("content-length", "5"),
    ])
    func `a header that could become something else is refused`(_ name: String, _ value: String) throws {
        let error = try #require(refusal(HTTPRequest("GET", "http://h/p?secret", headers: [name: value], limits: .generous)))
        #expect(error.kind == .malformedRequest)
        #expect(error.request == "GET http://h/p")
    }

    @Test(arguments: ["", "GET /", "GET\r\nX: y", "CONNECT", "GÜT"])
    func `a method that could become something else is refused`(_ method: String) {
        #expect(refusal(HTTPRequest(method, "http://h/", limits: .generous))?.kind == .malformedRequest)
    }

    @Test func `the label names no query, and origins are told apart by scheme, host and port`() throws {
        let request = try PreparedRequest(HTTPRequest("GET", "HTTPS://H:8443/a/../b?X-Amz-Signature=secret", limits: .generous))
        #expect(request.label == "GET https://h:8443/a/../b")
        #expect(request.origin == "https://h:8443")
        #expect(request.isTLS)
        #expect(try PreparedRequest(HTTPRequest("GET", "http://h?secret", limits: .generous)).label == "GET http://h")
    }
}
