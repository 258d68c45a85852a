import ArgumentParser
import Logging
import Model

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "The controller: closes the loop until SIGTERM.",
        discussion: """
            Observes, plans and applies: at once when a node comes, goes or changes, and every --interval in any case. Replicas elect one writer by a Lease in the \
            namespace of POD_NAMESPACE, under the name of POD_NAME. The node that NODE_NAME names is never swapped by its own controller. A changed policy file is taken over whole; \
            one that does not validate is refused, with a warning, and the old one stays.

            SIGTERM finishes or restores the swaps in flight, gives the Lease up and leaves every address where it is.

            Exit status: 0 on a clean stop, 1 when it can't start.
            """)

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var logs: LogOptions
    @OptionGroup var alerts: AlertOptions

    @Flag(help: "Observe and report only: nothing is written but the report, into the ConfigMap LEASE-NAME-report; no Lease is taken.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "Where to serve the status page, its API, /healthz, /readyz and /livez: ADDRESS:PORT, port 0 for a free one, or off.",
            valueName: "address:port"))
    var listen: ListenAddress = .standard

    @Flag(help: "Serve all but the probes only to who brings a bearer token that the cluster knows (TokenReview).")
    var requireToken = false

    @Option(help: ArgumentHelp("Read everything again after this long, whatever has happened.", valueName: "duration"))
    var interval = DurationArgument(.seconds(30))

    @Option(
        help: ArgumentHelp(
            "The name of the Lease that elects the one writer; installations that share a namespace need one each.", valueName: "name"))
    var leaseName = "drawbridge"

    @Option(
        help: ArgumentHelp(
            "How long swaps in flight may take to finish after SIGTERM, or when their policy changes.", valueName: "duration"))
    var gracePeriod = DurationArgument(.seconds(25))

    func run() async throws {
        let surroundings = Surroundings.process
        let logger = logs.logger(surroundings)
        let policies = try policy.load()
        let clouds = try Session.clouds(surroundings, policies, needsCluster: true, logger: logger)
        let settings = Controller.Settings(
            policyPath: policy.policy, isDryRun: dryRun, listen: listen, interval: interval.duration, leaseName: leaseName,
            gracePeriod: gracePeriod.duration, requiresToken: requireToken, alerts: alerts.settings)
        do {
            try await Controller(settings: settings, surroundings: surroundings, clouds: clouds, logger: logger).run(policies)
        } catch let error as Controller.Failure {
            Console.error(error.message)
            throw ExitCode(1)
        }
    }
}
