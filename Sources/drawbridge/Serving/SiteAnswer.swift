/// What is asked of the site, as a value.
struct SiteRequest: Sendable {
    var method: String
    /// Decoded; begins with a slash.
    var path: String
    var query: [(name: String, value: String)] = []
    var host: String?
    var authorization: String?
    var accept: String?

    func values(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }
    func value(_ name: String) -> String? { values(name).first }
}

/// What is answered.
struct SiteAnswer: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        /// What changes, as server-sent events, for as long as the reader stays.
        case events
    }

    var status: Int
    var type: String
    var headers: [(name: String, value: String)] = []
    var body: Body

    init(_ status: Int, _ type: String, _ bytes: [UInt8]) {
        self.status = status
        self.type = type
        body = .bytes(bytes)
    }

    /// With the guards, but for those that the answer has of its own.
    var allHeaders: [(name: String, value: String)] {
        Self.guards.filter { guarding in !headers.contains { $0.name == guarding.name } } + headers
    }

    static let html = "text/html; charset=utf-8"
    static let json = "application/json"
    static let plain = "text/plain; charset=utf-8"

    static func text(_ status: Int, _ text: String) -> SiteAnswer { SiteAnswer(status, plain, Array(text.utf8)) }

    static var events: SiteAnswer {
        var answer = SiteAnswer(200, "text/event-stream", [])
        answer.body = .events
        return answer
    }

    /// Said with every answer: nothing but its own scripts and styles runs or loads, nobody frames it, nothing is kept or told to others.
    ///
    /// Source: W3C Content Security Policy Level 3; Fetch, `X-Content-Type-Options`; RFC 9111, section 5.2.2.5.
    static let guards: [(name: String, value: String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-store"),
        ("X-Frame-Options", "DENY"), ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
}
