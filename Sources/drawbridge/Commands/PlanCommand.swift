import ArgumentParser
import Model
import Planning

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Print the dry-run report: every change that would be made, and why. Writes nothing anywhere.",
        discussion: """
            Reads the Addresses of GCP, the nodes of the cluster (for policies with `nodes`) and the rules of the security groups, and prints what the controller would do: \
            + is added, - is revoked, ~ is changed, = stays, ! is held or waits and says why.

            Exit status: 0; with --detailed-exitcode 2 when changes are pending; 1 when something could not be read.

              drawbridge plan --policy whitelist.yaml
              drawbridge plan --policy whitelist.yaml --format json | jq '.policies[].securityGroups[].revoke'
            """)

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var logs: LogOptions

    @Option(help: ArgumentHelp("text, json or markdown."))
    var format: PlanFormat = .text

    @Flag(name: .customLong("detailed-exitcode"), help: "Exit with 2 when changes are pending.")
    var detailedExitCode = false

    func run() async throws {
        let surroundings = Surroundings.process
        let policies = try policy.load()
        let clouds = try Session.clouds(surroundings, policies, needsCluster: true, logger: logs.logger(surroundings))
        let plans = await Survey.plans(policies, clouds: clouds, surroundings: surroundings, whitelistOnly: false)
        format.print(plans, colored: surroundings.isOutputColored)
        if plans.contains(where: { !$0.unknowns.isEmpty }) { throw ExitCode(1) }
        if detailedExitCode, plans.contains(where: { !$0.changes.isEmpty }) { throw ExitCode(2) }
    }
}
