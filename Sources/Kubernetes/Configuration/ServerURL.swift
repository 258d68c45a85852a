import Model

/// The base of the API server's URLs.
struct ServerURL: Hashable {
    var isTLS: Bool
    /// Without brackets.
    var host: String
    /// As it is put in front of `/api…`: no slash at the end.
    var text: String

    /// Reads `https://HOST[:PORT][/PREFIX]`; the problem in words otherwise.
    static func parse(_ text: String) -> Result<ServerURL, Problem> {
        let isTLS = text.lowercased().hasPrefix("https://")
        guard isTLS || text.lowercased().hasPrefix("http://") else { return .failure(Problem(text: "does not begin with https://")) }
        let rest = text.dropFirst(isTLS ? 8 : 7)
        guard rest.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F }) else {
            return .failure(Problem(text: "holds a space or a character outside ASCII"))
        }
        guard !rest.contains("?"), !rest.contains("#") else { return .failure(Problem(text: "holds a query or a fragment")) }
        let authority = rest.prefix { $0 != "/" }
        guard !authority.contains("@") else { return .failure(Problem(text: "holds a user name or password")) }
        guard let host = host(of: authority) else { return .failure(Problem(text: "has no valid host and port")) }
        var prefix = rest.dropFirst(authority.count)
        while prefix.last == "/" { prefix.removeLast() }
        return .success(ServerURL(isTLS: isTLS, host: host, text: (isTLS ? "https://" : "http://") + authority + prefix))
    }

    struct Problem: Error, Hashable { var text: String }

    private static func host(of authority: Substring) -> String? {
        let host: Substring
        let port: Substring
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            port = authority[authority.index(after: end)...]
        } else {
            host = authority.prefix { $0 != ":" }
            port = authority.dropFirst(host.count)
        }
        guard !host.isEmpty else { return nil }
        if !port.isEmpty {
            guard port.first == ":", let number = Int(port.dropFirst()), (1...65_535).contains(number) else { return nil }
        }
        return String(host)
    }

    /// Whether what is sent never leaves this machine.
    var isLoopback: Bool { Loopback.contains(host: host) }
}
