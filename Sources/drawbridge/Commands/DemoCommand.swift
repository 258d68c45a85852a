import ArgumentParser
import Logging
import Model
import Sandbox

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "The whole loop against embedded clouds that speak the real wire protocols on loopback.",
        discussion: """
            Starts servers for Compute Engine, the metadata server, Kubernetes, EC2 and STS on free ports of 127.0.0.1, with a pool of nodes and a security group that has drifted. \
            Then the real controller runs against them, while a spot node is preempted and an address is released. It ends by itself, with status 0 only if the loop closed.

            With --serve it keeps the embedded clouds up instead and prints the variables to export, so that any client can be pointed at them: kubectl, gcloud, aws, or drawbridge itself:

              drawbridge demo --serve > env.sh &
              . ./env.sh; kubectl get nodes; drawbridge plan --policy "$DRAWBRIDGE_DEMO_DIRECTORY/policy.yaml"
            """)

    @Option(help: ArgumentHelp("Nodes of the pool, 1 to 500.", valueName: "n"))
    var nodes = 5

    @Option(help: ArgumentHelp("How long Compute Engine takes for each change of an access config.", valueName: "duration"))
    var operationTime = DurationArgument(.milliseconds(400))

    @Flag(help: "Keep the embedded clouds up until interrupted, and print the variables that point any client at them.")
    var serve = false

    @Option(
        help: ArgumentHelp(
            "With --serve: where to write the files that the variables name. Default: a temporary directory.", valueName: "path"))
    var directory: String?

    @OptionGroup var logs: LogOptions

    func validate() throws {
        guard (1...500).contains(nodes) else { throw ValidationError("--nodes takes a number from 1 to 500, found \(nodes)") }
    }

    func run() async throws {
        var scenario = SandboxScenario()
        scenario.nodes = nodes
        scenario.nodeImages = 50
        scenario.addresses = nodes + 2
        scenario.ruleQuota = max(60, scenario.addresses + 20)
        scenario.compute.addAccessConfig = operationTime.duration
        scenario.compute.deleteAccessConfig = operationTime.duration
        if serve {
            try await DemoServer(scenario: scenario, directory: directory).run()
        } else {
            let surroundings = Surroundings.process
            let closed = try await Demo(scenario: scenario, surroundings: surroundings, logger: demoLogger(surroundings)).run()
            guard closed else { throw ExitCode(1) }
        }
    }
}

extension DemoCommand {
    /// The account on standard output is what the demo is for; the log joins in from warnings on, unless asked for more.
    private func demoLogger(_ surroundings: Surroundings) -> Logger {
        var logger = logs.logger(surroundings)
        if logs.logLevel == .info { logger.logLevel = .error }
        return logger
    }
}
