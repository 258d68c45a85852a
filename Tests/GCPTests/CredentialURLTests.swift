import Testing

@testable import GCP

@Suite struct CredentialURLTests {
    @Test(arguments: [
        ("https://oauth2.googleapis.com/token", true, true), ("HTTPS://sts.googleapis.com:8443/v1/token", true, true),
        ("https://sts-mine.p.googleapis.com/v1/token?x=y@z", true, true), ("http://127.0.0.1:8080/token", true, true),
        ("http://localhost/token", true, true), ("http://[::1]:80/token", true, true), ("http://127.200.3.4/token", true, true),
        ("http://169.254.169.254/metadata?a=b", false, true), ("http://metadata.google.internal/x", false, true),
        ("http://[fd00:ec2::254]/latest", false, true), ("http://[fe80::1]/x", false, true),
        ("http://sts.googleapis.com/v1/token", false, false),
        ("http://127.0.0.1.example.com/", false, false), ("http://localhost.example.com/", false, false),
        ("http://0177.0.0.1/", false, false),
        ("https://user@sts.googleapis.com/", false, false), ("https://u:p@sts.googleapis.com/", false, false),
        ("http://127.0.0.1@evil.example/", false, false), ("http://127.0.0.1\\@evil.example/", false, false),
        ("https://sts.googleapis.com#@evil.example/", false, false), ("https:///token", false, false), ("https://:80/token", false, false),
        ("https://host:port/token", false, false), ("https://host:99999/", false, false), ("https://[::1/", false, false),
        ("https://[]/", false, false),
        ("file:///etc/passwd", false, false), ("", false, false), ("https://a b/", false, false), ("https://a\r\nX: y/", false, false),
        ("https://ho\u{301}st/", false, false), ("https://host/" + String(repeating: "x", count: 2000), false, false),
    ])
    func `credentials go over TLS, or stay on this machine or link`(text: String, endpoint: Bool, subjectToken: Bool) {
        #expect((CredentialURL(text, for: .endpoint) != nil) == endpoint)
        #expect((CredentialURL(text, for: .subjectToken) != nil) == subjectToken)
        #expect(CredentialURL(text, for: .subjectToken).map { $0.isLocal == text.hasPrefix("http:") } != false)
    }
}
