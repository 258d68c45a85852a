import Model

/// Which names a server answers to. One that listens on the loopback answers to the loopback's names only: a web page whose name was
/// pointed at 127.0.0.1 (DNS rebinding) could read it otherwise. In a cluster a server has many names, and its port is not the browser's.
///
/// Source: RFC 9110, section 7.2 (Host).
struct HostCheck: Sendable {
    private let isStrict: Bool

    /// - Parameter listen: the address that is listened on.
    init(listen: String) { isStrict = Loopback.contains(host: listen) }

    func accepts(_ host: String?) -> Bool {
        guard isStrict else { return true }
        guard let host else { return false }
        return Loopback.contains(host: Self.name(of: host))
    }

    /// Without the port, and an IPv6 address without its brackets.
    private static func name(of host: String) -> String {
        if host.hasPrefix("[") { return String(host.dropFirst().prefix { $0 != "]" }) }
        return String(host.prefix { $0 != ":" })
    }

}
