import Model
import Testing

struct `The loopback` {
    @Test(arguments: [
        ("127.0.0.1", true), ("127.200.3.4", true), ("::1", true), ("0:0:0:0:0:0:0:1", true), ("localhost", true), ("LocalHost", true),
        ("127.evil.example.com", false), ("127.a.b.c", false), ("127.0.0.1.example.com", false), ("127.0.0.256", false),
        ("127.0.0.01", false), ("127.1", false), ("0177.0.0.1", false), ("2130706433", false), ("128.0.0.1", false),
        ("localhost.example.com", false), ("localhost.", false), ("10.0.0.7", false), ("::2", false), ("::", false), ("", false),
        ("0.0.0.0", false), ("169.254.169.254", false),
    ])
    func `is an address of it, or exactly one name`(host: String, isLoopback: Bool) {
        #expect(Loopback.contains(host: host) == isLoopback)
        let authority = host.contains(":") ? "[\(host)]" : host
        #expect(Loopback.contains(authority: authority) == isLoopback)
        #expect(Loopback.contains(authority: authority + ":8080") == isLoopback)
    }

    @Test(arguments: [
        ("https://example.com/x", true), ("http://127.0.0.1:8080", true), ("http://localhost/x?y#z", true), ("http://[::1]:1/", true),
        ("http://localhost?x", true), ("http://example.com", false), ("http://127.0.0.1@example.com/", false), ("http://", false),
        ("http:///localhost", false), ("http://127.0.0.1\\.example.com/", false), ("ftp://localhost/", false), ("localhost", false),
        ("", false),
    ])
    func `and https are where secrets may go`(url: String, isAllowed: Bool) {
        #expect(Loopback.keepsSecrets(url: url) == isAllowed)
    }

    @Test(arguments: [
        "127.0.0.1@evil.example", "user@127.0.0.1", "127.0.0.1:80@evil.example", "[::1]evil.example", "[::1].evil", "[127.0.0.1]", "[::1",
        "::1", "localhost:x", "[localhost]",
    ])
    func `is not what an authority only begins with`(authority: String) {
        #expect(!Loopback.contains(authority: authority))
    }
}
