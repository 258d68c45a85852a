import AWS
import Commands
import GCP
import HTTP
import Kubernetes
import Logging
import Model
import Reconciliation

/// The clients of all clouds, found by the ecosystem's own variables.
struct Clouds: Sendable {
    let compute: ComputeAdapter
    let securityGroups: SecurityGroupAdapter
    /// `.failure` says why there is no cluster; only what needs one is refused for it.
    let kubernetes: Result<KubernetesClient, KubernetesConfigurationError>
    let runtime: Runtime
    /// To sinks of alerts, wherever they are. It traces nothing: their URLs may be secrets.
    let outward: any HTTPTransport
    let throttles = ThrottleCount()
    let metrics: MetricsRecorder
    private let transports: [any HTTPTransport]

    /// - Parameter logger: at its level debug each request is a line.
    init(_ surroundings: Surroundings, runtime: Runtime, logger: Logger) throws(APIError) {
        let variables = surroundings.variables
        metrics = MetricsRecorder(now: { runtime.now().wall })
        let meter = metrics.meter
        let agent = "drawbridge/\(DrawbridgeVersion.current)"
        @Sendable func transport(_ configuration: HTTPClientConfiguration) -> any HTTPTransport {
            TracingTransport.around(HTTPClient(configuration), runtime: runtime, logger: logger)
        }
        let direct = transport(HTTPClientConfiguration(trust: .system, clientCertificate: nil, proxy: .none, userAgent: agent))
        let google = throttles.around(
            transport(HTTPClientConfiguration(trust: .system, clientCertificate: nil, proxy: .environment, userAgent: agent)))
        outward = HTTPClient(HTTPClientConfiguration(trust: .system, clientCertificate: nil, proxy: .environment, userAgent: agent))
        let aws = transport(
            HTTPClientConfiguration(trust: try Self.trust(variables), clientCertificate: nil, proxy: .environment, userAgent: agent))
        transports = [direct, google, aws]
        let tokens = try GCPIdentity.tokenSource(environment: variables, transport: google, direct: direct, runtime: runtime, meter: meter)
        compute = ComputeAdapter(
            client: ComputeClient(
                endpoint: try ComputeEndpoint(environment: variables), transport: google, tokens: tokens, runtime: runtime,
                retries: .standard, meter: meter),
            operationLimit: .seconds(300))
        securityGroups = SecurityGroupAdapter(
            clients: AWSClients(
                transport: aws, metadataTransport: direct,
                googleTokens: GoogleTokens(variables: variables, direct: direct, runtime: runtime), runtime: runtime,
                environment: variables, meter: meter))
        self.runtime = runtime
        do throws(KubernetesConfigurationError) {
            let configuration = try KubernetesConfiguration.load(
                environment: variables, homeDirectory: surroundings.homeDirectory, files: .disk)
            kubernetes = .success(
                KubernetesClient(
                    configuration: configuration, runtime: runtime, files: .disk, commands: .posix, meter: meter,
                    makeTransport: { configuration in
                        var configuration = configuration
                        configuration.userAgent = agent
                        return transport(configuration)
                    }))
        } catch {
            kubernetes = .failure(error)
        }
    }

    /// `AWS_CA_BUNDLE`: certificates for AWS alone.
    private static func trust(_ variables: [String: String]) throws(APIError) -> HTTPClientConfiguration.Trust {
        guard let path = variables["AWS_CA_BUNDLE"], !path.isEmpty else { return .system }
        do {
            return .certificates(try FileReader.disk.read(path))
        } catch {
            let problem = if case .unreadable(let reason) = error { reason } else { "there is no such file" }
            throw APIError(
                api: .credentials, operation: "read", resource: "AWS_CA_BUNDLE \(path)", code: "unreadable-file",
                message: "\(problem); name a file of PEM certificates, or unset AWS_CA_BUNDLE", disposition: .permanent)
        }
    }

    func cluster(recorder: EventRecorder?) -> any ClusterPort {
        switch kubernetes {
        case .success(let client): ClusterAdapter(client: client, recorder: recorder)
        case .failure(let error): NoCluster(problem: error.description)
        }
    }

    /// - Parameter lease: whose Events tell what concerns no node; `nil` writes none of these.
    func ports(recorder: EventRecorder?, lease: String?, mayWrite: @escaping @Sendable () -> Bool) -> LoopPorts {
        var subject: NodeEvent.Regarding?
        if let lease, case .success(let client) = kubernetes { subject = .lease(name: lease, namespace: client.namespace) }
        return LoopPorts(
            compute: compute, securityGroups: securityGroups, cluster: cluster(recorder: recorder), mayWrite: mayWrite, runtime: runtime,
            eventSubject: subject)
    }
}
