/// One parser, or one family of them, that is given bytes of others; and what must hold whatever the bytes are.
///
/// libFuzzer runs a driver for a time (`make fuzz`), and the regression tests run each over its seeds (`Corpus/<driver>`) and over
/// what was ever found (`Regressions/<driver>`).
enum FuzzDriver: String, CaseIterable, Sendable {
    case xml, ec2, compute, kubernetes, reviews, watch, tokens, tokeninfo, webidentity, policy, kubeconfig, profiles, http, values

    /// Inputs that are longer are cut: the limits of the parsers have tests of their own.
    static let maxBytes = 64 << 10

    /// - Throws: what does not hold. A crash, a hang and too much memory are for the caller to notice.
    func run(_ input: [UInt8]) async throws {
        let input = Array(input.prefix(Self.maxBytes))
        switch self {
        case .xml: try XMLDriver.run(input)
        case .ec2: try await EC2Driver.run(input)
        case .compute: try await ComputeDriver.run(input)
        case .kubernetes: try await KubernetesDriver.run(input)
        case .reviews: try await ReviewsDriver.run(input)
        case .watch: try await WatchDriver.run(input)
        case .tokens: try await TokensDriver.run(input)
        case .tokeninfo: try await TokenInfoDriver.run(input)
        case .webidentity: try await WebIdentityDriver.run(input)
        case .policy: try PolicyDriver.run(input)
        case .kubeconfig: try KubeconfigDriver.run(input)
        case .profiles: try await ProfilesDriver.run(input)
        case .http: try HTTPDriver.run(input)
        case .values: try ValuesDriver.run(input)
        }
    }
}
