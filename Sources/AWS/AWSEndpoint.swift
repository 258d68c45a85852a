package import Model

/// Where a service answers.
package struct AWSEndpoint: Hashable, Sendable, CustomStringConvertible {
    package enum Service: String, Hashable, Sendable, CaseIterable {
        case ec2, sts

        var environmentVariable: String { "AWS_ENDPOINT_URL_\(rawValue.uppercased())" }
        var api: APIError.API { self == .ec2 ? .ec2 : .sts }
    }

    /// `http` or `https`.
    package let scheme: String
    /// Host, and the port where it is not the scheme's own: the `Host` header.
    package let authority: String
    /// Starts with a slash, percent-encoded.
    package let path: String

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

    /// The endpoint of a service in a region: `AWS_ENDPOINT_URL_EC2` or `_STS`, else `AWS_ENDPOINT_URL`, both unless
    /// `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is true; else the region's own, that of STS included.
    ///
    /// Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints" and "AWS STS Regional endpoints".
    /// - Throws: permanent, when a variable is no URL or the region no region.
    package static func resolve(_ service: Service, region: String, environment: AWSEnvironment) throws(APIError) -> AWSEndpoint {
        if !environment.isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
            for variable in [service.environmentVariable, "AWS_ENDPOINT_URL"] {
                guard let url = environment[variable] else { continue }
                guard let endpoint = AWSEndpoint(url: url) else {
                    throw malformed(
                        service, "\(variable) '\(url.prefix(200))' is not a URL of the form https://host[:port][/path]")
                }
                return endpoint
            }
        }
        let isName =
            !region.isEmpty && region.utf8.count <= 63
            && region.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        guard isName,
            let endpoint = AWSEndpoint(url: "https://\(service.rawValue).\(region).\(AWSPartition(region: region).dnsSuffix)")
        else { throw malformed(service, "'\(region.prefix(63))' is not the name of an AWS region, such as eu-west-1") }
        return endpoint
    }

    private static func malformed(_ service: Service, _ message: String) -> APIError {
        APIError(
            api: service.api, operation: "endpoint", resource: service.rawValue, code: "endpoint", message: message,
            disposition: .permanent)
    }
}
