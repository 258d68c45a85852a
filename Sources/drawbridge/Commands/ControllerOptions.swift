import ArgumentParser
import Commands
import HTTP
import Kubernetes
import Model

/// Which controller is asked.
struct ControllerOptions: ParsableArguments {
    @OptionGroup var direct: ControllerURL

    @Option(
        name: .customLong("namespace"),
        help: ArgumentHelp("The namespace that the controller is in. (default: \(defaultNamespace))", valueName: "name"))
    var givenNamespace: String?

    @Option(
        name: .customLong("service"), help: ArgumentHelp("The controller's Service. (default: \(defaultService))", valueName: "name"))
    var givenService: String?

    @Option(name: .customLong("port"), help: ArgumentHelp("The port that it listens on. (default: \(defaultPort))", valueName: "port"))
    var givenPort: Int?

    /// Those of deploy/manifests.
    static let defaultNamespace = "drawbridge"
    static let defaultService = "drawbridge"
    static let defaultPort = 8080

    var namespace: String { givenNamespace ?? Self.defaultNamespace }
    var service: String { givenService ?? Self.defaultService }
    var port: Int { givenPort ?? Self.defaultPort }

    func validate() throws {
        guard (1...65_535).contains(port) else { throw ValidationError("--port is 1 to 65535") }
        if direct.url != nil, let flag = placeFlags.first {
            throw ValidationError("--url and \(flag) don't go together: \(flag) says which Service the API server is to ask")
        }
    }

    private var placeFlags: [String] {
        (givenNamespace == nil ? [] : ["--namespace"]) + (givenService == nil ? [] : ["--service"]) + (givenPort == nil ? [] : ["--port"])
    }

    /// Which of these flags are set.
    var flags: [String] { direct.flags + placeFlags }

    /// Says what is missing, and ends with status 1.
    func client(_ surroundings: Surroundings) throws -> ControllerClient {
        if let client = try direct.client() { return client }
        return ControllerClient(
            place: .cluster(try Self.kubernetes(surroundings), namespace: namespace, service: service, port: port),
            transport: Self.transport)
    }

    static func kubernetes(_ surroundings: Surroundings) throws -> KubernetesClient {
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

    static var transport: HTTPClient {
        HTTPClient(HTTPClientConfiguration(trust: .system, clientCertificate: nil, proxy: .environment, userAgent: agent))
    }
}
