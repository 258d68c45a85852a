import Foundation
import Testing

@testable import HTTP

@Suite struct `A proxy's user and password` {
    private let credentials = ProxyCredentials(urls: ["http://user:p%2Fass%2Bword%3D@proxy.example:3128", "http://no.user:1", ""])

    @Test(arguments: [
        "user:p%2Fass%2Bword%3D", "user:p/ass+word=", "p/ass+word=", #"p\/ass+word="#, "p%2Fass%2Bword%3D",
        Data("user:p/ass+word=".utf8).base64EncodedString(),
    ])
    func `are taken out of an error, in body and headers, in whatever form`(_ form: String) {
        let text = "<p>\(form)</p> and again Basic \(form)"
        let response = HTTPResponse(status: 407, headers: ["X-Echo": text], body: Array(text.utf8))
        let clean = credentials.removed(from: response)
        let expected = "<p><redacted></p> and again Basic <redacted>"
        #expect(String(decoding: clean.body, as: UTF8.self) == expected && clean.headers["X-Echo"] == expected && clean.status == 407)
    }

    @Test func `leave what is a success, and all else, as it is`() {
        let body = Array("p/ass+word=".utf8)
        #expect(credentials.removed(from: HTTPResponse(status: 200, headers: [:], body: body)).body == body)
        let other = Array("user is no secret \u{0} p/ass".utf8)
        #expect(credentials.removed(from: HTTPResponse(status: 500, headers: ["A": "b"], body: other)).body == other)
    }

    @Test(arguments: ["http://proxy:3128", "proxy:3128", "", "socks5://10.0.0.1:1080/a@b"])
    func `are none where the proxy has none`(_ url: String) {
        #expect(ProxyCredentials(urls: [url]).isEmpty)
    }

    @Test(arguments: ["a:b", "ab:cd", "abc:d", "a:bcdef"])
    func `are encoded as libcurl encodes them`(_ pair: String) {
        let sent = Data(pair.utf8).base64EncodedString()
        let body = Array("Proxy-Authorization: Basic \(sent)".utf8)
        let clean = ProxyCredentials(urls: ["http://\(pair)@h:1"]).removed(from: HTTPResponse(status: 403, headers: [:], body: body))
        #expect(String(decoding: clean.body, as: UTF8.self) == "Proxy-Authorization: Basic <redacted>")
    }
}
