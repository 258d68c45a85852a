import ArgumentParser
import Model
import Planning
import Reconciliation
import Reporting

struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Carry out the plan once, to convergence, and verify by reading back.",
        discussion: """
            Prints the plan and asks; without a terminal it needs --yes. Where a cluster is configured it takes the Lease first, so that it never writes beside a running controller; \
            while a controller holds the Lease, an --approve is handed to it, and the outcome is waited for.

            Exit status: 0 converged; 1 error; 3 something is held (for approval, or until its cause is gone); 64 no terminal and no --yes.

              drawbridge apply --policy whitelist.yaml --whitelist-only
              drawbridge apply --policy whitelist.yaml --yes --approve 3f1c09ab42d7
              drawbridge apply --policy whitelist.yaml --plan plan.json
            """)

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var logs: LogOptions

    @Flag(help: "Don't ask.")
    var yes = false

    @Flag(help: "Leave the nodes alone: only the security groups are brought in line.")
    var whitelistOnly = false

    @Option(help: ArgumentHelp("Free what a brake holds; the digest is that of the plan as reported.", valueName: "digest"))
    var approve: String?

    @Option(
        help: ArgumentHelp(
            "Carry out this plan, which `plan --out` wrote, and nothing else; refused if anything has changed since.", valueName: "file"))
    var plan: String?

    @Option(help: ArgumentHelp("Give up after this long.", valueName: "duration"))
    var timeout = DurationArgument(.seconds(600))

    @Option(help: ArgumentHelp("The name of the Lease that elects the one writer.", valueName: "name"))
    var leaseName = "drawbridge"

    func validate() throws {
        if plan != nil, policy.policy == "-" { throw ValidationError("--plan needs the policy file that the plan was made of") }
        if plan != nil, whitelistOnly {
            throw ValidationError("--plan carries out the plan as it is; --whitelist-only can't leave out a part")
        }
        guard let approve else { return }
        guard Approvals.isDigest(approve) else {
            throw ValidationError("--approve takes the 12 hexadecimal digits that the plan shows, found '\(approve)'")
        }
    }

    func run() async throws {
        let surroundings = Surroundings.process
        guard yes || surroundings.isStandardInputTerminal else {
            Console.error("apply asks before it writes, and there is no terminal to ask on: give --yes to go on without")
            throw ExitCode(64)
        }
        let logger = logs.logger(surroundings)
        let policies = try policy.load()
        let clouds = try Session.clouds(surroundings, policies, needsCluster: !whitelistOnly, logger: logger)
        let plans = await Survey.plans(policies, clouds: clouds, surroundings: surroundings, whitelistOnly: whitelistOnly)
        PlanFormat.text.print(plans, colored: surroundings.isOutputColored)
        let saved = try plan.map { try PlanFile.read($0, for: plans, madeOf: policy.policy) }
        if let approve, !plans.contains(where: { $0.approval?.digest == approve }) {
            Console.error("--approve \(approve) is not the digest of what is held now\(Self.digests(plans)); look at the plan again")
            throw ExitCode(1)
        }
        if !yes, plans.contains(where: { !$0.changes.isEmpty }) || approve != nil {
            guard Console.confirm("Apply?") else {
                Console.error("nothing was written")
                throw ExitCode(1)
            }
        }
        let convergence = Convergence(
            policies: policies, clouds: clouds, surroundings: surroundings, logger: logger, whitelistOnly: whitelistOnly, approval: approve,
            scopes: saved.map { saved in Self.scopes(saved, plans, approve) }, leaseName: leaseName, timeout: timeout.duration)
        let outcome = await convergence.run()
        Console.report("\n" + outcome.text + "\n")
        guard outcome.status == 0 else { throw ExitCode(outcome.status) }
    }

    /// What may be written, by policy.
    private static func scopes(_ saved: SavedPlan, _ plans: [Plan], _ approval: String?) -> [String: PlanScope] {
        var scopes = Dictionary(uniqueKeysWithValues: saved.policies.map { ($0.name, $0.scope) })
        for plan in plans {
            if let held = plan.approval, held.digest == approval { scopes[plan.policy]?.approve(held) }
        }
        return scopes
    }

    private static func digests(_ plans: [Plan]) -> String {
        let held = plans.compactMap { plan in plan.approval.map { "\(plan.policy): \($0.digest)" } }
        return held.isEmpty ? " (nothing is held)" : " (\(held.joined(separator: ", ")))"
    }
}
