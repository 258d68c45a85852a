import Model

/// Where a service answers.
package struct AWSEndpoint: Hashable, Sendable, CustomStringConvertible {
    package enum Service: String, Hashable, Sendable, CaseIterable {
        case ec2, sts, rds

        var environmentVariable: String { "AWS_ENDPOINT_URL_\(rawValue.uppercased())" }
        var api: APIError.API {
            switch self {
            case .ec2: .ec2
            case .sts: .sts
            case .rds: .rds
            }
        }
    }

    /// `http` or `https`.
    package let scheme: String
    /// Host, and the port where it is not the scheme's own: the `Host` header.
    package let authority: String
    /// Starts with a slash, percent-encoded.
    package let path: String

    /// The authority without port and brackets.
    var host: Substring {
        authority.hasPrefix("[") ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
    }

    /// Whether what is sent there stays on this machine.
    var isLoopback: Bool { Loopback.contains(authority: authority) }

    /// Whether the host is an address of one of these blocks.
    func isHost(within blocks: [String]) -> Bool {
        guard let address = IPAddress(host) else { return false }
        return blocks.contains { CIDR(masking: $0)?.contains(address) == true }
    }

    package var url: String { "\(scheme)://\(authority)\(path)" }
    package var description: String { url }

    /// Reads `https://host[:port][/path]`; no user, query or fragment.
    package init?(url: String) {
        guard url.utf8.count <= 2048, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let colon = url.firstIndex(of: ":")
        else { return nil }
        let scheme = url[..<colon].lowercased()
        guard scheme == "http" || scheme == "https", url[colon...].hasPrefix("://") else { return nil }
        let rest = url[url.index(colon, offsetBy: 3)...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var authority = rest[..<slash].lowercased()
        let path = rest[slash...]
        guard !authority.isEmpty, !authority.contains("@"), !url.contains("?"), !url.contains("#"), !url.contains("\\") else {
            return nil
        }
        let afterBracket = authority.lastIndex(of: "]").map { authority.index(after: $0) } ?? authority.startIndex
        if let portColon = authority[afterBracket...].lastIndex(of: ":") {
            let port = authority[authority.index(after: portColon)...]
            guard portColon > authority.startIndex, let number = UInt16(port), number > 0, !port.hasPrefix("+") else {
                return nil
            }
            if number == (scheme == "https" ? 443 : 80) { authority = String(authority[..<portColon]) }
        }
        self.scheme = scheme
        self.authority = authority
        self.path = path.isEmpty ? "/" : String(path)
    }
}
