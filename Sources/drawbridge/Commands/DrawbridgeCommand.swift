import ArgumentParser

@main
struct DrawbridgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drawbridge",
        abstract: "Keeps GKE nodes on reserved static addresses, and an AWS security group's inbound rules exactly equal to that set.",
        discussion: """
            Try it without any cloud: drawbridge demo
            See what it would do to yours, writing nothing: drawbridge plan --policy whitelist.yaml
            What it must be allowed, filled in for a policy: drawbridge policies --policy whitelist.yaml
            Then let it: drawbridge run --policy whitelist.yaml (in the cluster), or drawbridge apply --policy whitelist.yaml (once).

            Where the clouds are and who it is there comes from the ecosystem's own variables: KUBECONFIG, GOOGLE_APPLICATION_CREDENTIALS, \
            GCE_METADATA_HOST, AWS_PROFILE, AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE, HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE and their kin.

            Exit status: 0 success, 1 error, 64 a command line that can't be understood; plan and apply have more, see their help.
            """,
        version: DrawbridgeVersion.current,
        subcommands: [
            RunCommand.self, PlanCommand.self, ApplyCommand.self, StatusCommand.self, ExplainCommand.self,
            HistoryCommand.self, DoctorCommand.self, PoliciesCommand.self, DemoCommand.self,
        ])

    /// Memory is set up while there is one thread.
    static func main() async {
        ResidentMemory.prepare()
        await main(nil)
    }
}
