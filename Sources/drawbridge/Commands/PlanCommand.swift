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
              drawbridge plan --policy whitelist.yaml --out plan.json   # later: drawbridge apply --policy whitelist.yaml --plan plan.json
            """)

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var logs: LogOptions

    @Option(help: ArgumentHelp("text, json (policies/schemas/plan-v1.json), markdown or html."))
    var format: PlanFormat = .text

    @Flag(name: .customLong("detailed-exitcode"), help: "Exit with 2 when changes are pending.")
    var detailedExitCode = false

    @Option(
        help: ArgumentHelp("Write the plan to a file that `apply --plan` carries out, as long as nothing has changed.", valueName: "file"))
    var out: String?

    func validate() throws {
        if out != nil, policy.policy == "-" { throw ValidationError("--out needs a policy file, not standard input: apply reads it again") }
    }

    func run() async throws {
        let surroundings = Surroundings.process
        let policies = try policy.load()
        let clouds = try Session.clouds(surroundings, policies, needsCluster: true, logger: logs.logger(surroundings))
        let plans = await Survey.plans(policies, clouds: clouds, surroundings: surroundings, whitelistOnly: false)
        format.print(plans, colored: surroundings.isOutputColored)
        if plans.contains(where: { !$0.unknowns.isEmpty }) {
            if let out { Console.error("\(out) was not written: what could not be read can't be carried out") }
            throw ExitCode(1)
        }
        if let out { try PlanFile.write(plans, madeOf: policy.policy, to: out) }
        if detailedExitCode, plans.contains(where: { !$0.changes.isEmpty }) { throw ExitCode(2) }
    }
}
