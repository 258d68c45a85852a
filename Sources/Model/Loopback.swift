/// What is this machine and no other: the one place to which secrets may go in the clear, and which is never asked through a proxy.
///
/// Source: RFC 1122, section 3.2.1.3 (127.0.0.0/8); RFC 4291, section 2.5.3 (::1); RFC 6761, section 6.3 (localhost). Other names
/// are whoever their DNS says, `127.example.com` and `localhost.example.com` among them.
package enum Loopback {
    /// - Parameter host: a name or an address, without brackets and port.
    package static func contains(host: some StringProtocol) -> Bool {
        guard let address = IPAddress(host) else { return host.lowercased() == "localhost" }
        return address.family == .v4 ? address.bits >> 24 == 127 : address.bits == 1
    }

    /// Whether a secret may be sent to a URL, or be part of it: by `https`, or by `http` to this machine. One that can't be told may not.
    package static func keepsSecrets(url: String) -> Bool {
        if url.hasPrefix("https://") { return true }
        let plain = "http://"
        return url.hasPrefix(plain) && contains(authority: url.dropFirst(plain.count).prefix { !"/?#".contains($0) })
    }

    /// - Parameter authority: `HOST[:PORT]` of a URL, an IPv6 address in brackets. One with a user is refused.
    package static func contains(authority: some StringProtocol) -> Bool {
        let host: any StringProtocol
        let port: any StringProtocol
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return false }
            host = authority[authority.index(after: authority.startIndex)..<end]
            port = authority[authority.index(after: end)...]
            guard host.contains(":") else { return false }
        } else {
            host = authority.prefix { $0 != ":" }
            port = authority.drop { $0 != ":" }
        }
        guard port.isEmpty || port.first == ":" && port.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        return contains(host: host)
    }
}
