import ArgumentParser
import Model
import Reporting

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find out whether the identities and their rights suffice, and what to do where not. Writes nothing anywhere.",
        discussion: """
            Asks each cloud who this process is there, and each right that the controller needs: by EC2's DryRun, testIamPermissions and SelfSubjectAccessReview. Looks whether the \
            addresses fit the nodes in region and tier, whether the group has room, and whether the databases behind it can be reached at all. Where a role refuses a token, it prints \
            the trust policy that this token needs.

            Run it where the controller runs, with its variables: elsewhere it is someone else. It ends within half a minute, whatever does not answer.

            Exit status: 0; 1 when something was found that stops the loop.

              drawbridge doctor --policy whitelist.yaml
              kubectl exec deploy/drawbridge -- drawbridge doctor --policy /etc/drawbridge/policy.yaml --format json
            """)

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var logs: LogOptions

    @Option(help: ArgumentHelp("text or json."))
    var format: DoctorFormat = .text

    @Option(name: .customLong("lease-name"), help: ArgumentHelp("The name of the Lease that elects the one writer.", valueName: "name"))
    var leaseName = "drawbridge"

    func run() async throws {
        let surroundings = Surroundings.process
        let policies = try policy.load()
        let report = await Doctor.report(
            on: policies, surroundings: surroundings, leaseName: leaseName, logger: logs.logger(surroundings))
        format.print(report, colored: surroundings.isOutputColored)
        guard report.isOK else { throw ExitCode(1) }
    }
}
