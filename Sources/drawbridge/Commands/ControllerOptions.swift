import ArgumentParser
import Commands
import HTTP
import Kubernetes
import Model

/// Which controller is asked.
struct ControllerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the controller listens, such as http://127.0.0.1:8080. Default: through the API server of the cluster.", valueName: "url"
        ))
    var url: String?

    @Option(help: ArgumentHelp("With --url: a file with the bearer token that run --require-token wants.", valueName: "file"))
    var tokenFile: String?

    @Option(help: ArgumentHelp("The namespace that the controller is in.", valueName: "name"))
    var namespace = "drawbridge"

    @Option(help: ArgumentHelp("The controller's Service.", valueName: "name"))
    var service = "drawbridge"

    @Option(help: ArgumentHelp("The port that it listens on.", valueName: "port"))
    var port = 8080

    func validate() throws {
        if let url, !url.hasPrefix("http://"), !url.hasPrefix("https://") { throw ValidationError("--url begins with http:// or https://") }
        guard (1...65_535).contains(port) else { throw ValidationError("--port is 1 to 65535") }
        if tokenFile != nil, url == nil { throw ValidationError("--token-file goes with --url: the API server's proxy passes no token on") }
    }

    /// Says what is missing, and ends with status 1.
    func client(_ surroundings: Surroundings) throws -> ControllerClient {
        if let url {
            var token: Secret?
            if let tokenFile {
                do {
                    token = Secret(String(decoding: try FileReader.disk.read(tokenFile), as: UTF8.self).filter { !$0.isWhitespace })
                } catch {
                    Console.error("the token file \(tokenFile) can't be read")
                    throw ExitCode(1)
                }
            }
            let isLocal = Loopback.contains(authority: url.drop { $0 != ":" }.dropFirst(3).prefix { $0 != "/" && $0 != "?" })
            return ControllerClient(
                place: .url(url, token: token), transport: Self.transport(proxy: isLocal ? .none : .environment))
        }
        return ControllerClient(
            place: .cluster(try kubernetes(surroundings), namespace: namespace, service: service, port: port),
            transport: Self.transport(proxy: .environment))
    }

    func kubernetes(_ surroundings: Surroundings) throws -> KubernetesClient {
        do throws(KubernetesConfigurationError) {
            let configuration = try KubernetesConfiguration.load(
                environment: surroundings.variables, homeDirectory: surroundings.homeDirectory, files: .disk)
            return KubernetesClient(
                configuration: configuration, runtime: .system, files: .disk, commands: .posix,
                makeTransport: { configuration in
                    var configuration = configuration
                    configuration.userAgent = Self.agent
                    return HTTPClient(configuration)
                })
        } catch {
            Console.error("no controller can be asked through a cluster: \(error)\nOr say where it listens: --url http://127.0.0.1:8080")
            throw ExitCode(1)
        }
    }

    private static let agent = "drawbridge/\(DrawbridgeVersion.current)"

    private static func transport(proxy: HTTPClientConfiguration.Proxy) -> HTTPClient {
        HTTPClient(HTTPClientConfiguration(trust: .system, clientCertificate: nil, proxy: proxy, userAgent: agent))
    }
}
