import Model

/// A URL that a credential file names: credentials are sent to it, or come from it.
///
/// Google's libraries checked the hosts once and no longer do, since there are private endpoints and other universes; they ask that a file
/// from elsewhere be looked at first. What can be told from here is that nothing secret goes over a network in the clear, and that the URL
/// carries no user or password: `https`, or `http` to this machine.
///
/// Source: Google Cloud documentation, "Security requirements when using credential configurations from an external source"; AIP-4117.
struct CredentialURL: Hashable, Sendable {
    enum Use {
        /// A token endpoint.
        case endpoint
        /// A server that gives out tokens of the place: those of Azure, and Google's own, are at link-local addresses and speak `http`.
        case subjectToken
    }

    static let byteLimit = 2000
    /// As it stands in the file.
    let text: String
    /// Whether no proxy may stand before it: what is on this machine or link is not found from the proxy.
    let isLocal: Bool

    /// `nil` for anything else.
    init?(_ text: String, for use: Use) {
        let lowered = text.prefix(8).lowercased()
        let isSecure = lowered.hasPrefix("https://")
        guard isSecure || lowered.hasPrefix("http://"), text.utf8.count <= Self.byteLimit,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.contains(where: { "#\\".contains($0) })
        else { return nil }
        let authority = text.dropFirst(isSecure ? 8 : 7).prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@"), let host = Self.host(of: authority) else { return nil }
        isLocal = !isSecure
        guard isSecure || Loopback.contains(host: host) || (use == .subjectToken && Self.isLinkLocal(host)) else { return nil }
        self.text = text
    }

    /// Host and path, for people: what is asked of it may be a secret.
    var shown: Substring { text.prefix { $0 != "?" } }

    private static func host(of authority: Substring) -> String? {
        let host: Substring
        let rest: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            rest = authority[authority.index(after: end)...]
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority[host.endIndex...]
        }
        guard !host.isEmpty, rest.isEmpty || (rest.hasPrefix(":") && UInt16(rest.dropFirst()) != nil) else { return nil }
        return host.lowercased()
    }

    /// 169.254.0.0/16, fe80::/10, and the names and the address that Google's and AWS's metadata servers have beside these.
    private static func isLinkLocal(_ host: String) -> Bool {
        guard let ip = IPAddress(host) else { return ["metadata.google.internal", "metadata"].contains(host) }
        if ip.family == .v4 { return ip.bits >> 16 == 0xA9FE }
        return ip.bits >> 118 == 0xFE80 >> 6 || IPAddress("fd00:ec2::254") == ip
    }
}
