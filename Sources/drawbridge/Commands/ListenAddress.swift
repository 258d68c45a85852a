import ArgumentParser

/// Where to serve: `127.0.0.1:8080`, `[::1]:8080`, `:8080` for every interface, or `off`.
enum ListenAddress: ExpressibleByArgument, Equatable, Sendable {
    case off
    case address(host: String, port: Int)

    static let standard = ListenAddress.address(host: "127.0.0.1", port: 8080)

    init?(argument: String) {
        if argument == "off" {
            self = .off
            return
        }
        guard let colon = argument.lastIndex(of: ":"), let port = Int(argument[argument.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = String(argument[..<colon])
        if host.hasPrefix("[") && host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        self = .address(host: host.isEmpty ? "0.0.0.0" : host, port: port)
    }

    var defaultValueDescription: String { "127.0.0.1:8080" }
}
