import ArgumentParser
import Model
import Reporting

/// What a policy file does not say, and rights must name.
struct RightsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The AWS account of the groups without roleArn, and of the pods' role: 12 digits.", valueName: "account"),
        transform: RightsOptions.accountID)
    var accountID: String?

    @Option(
        help: ArgumentHelp("The name of the role that the pods take (default: drawbridge).", valueName: "name"),
        transform: RightsOptions.roleName)
    var roleName: String = "drawbridge"

    @Option(
        help: ArgumentHelp(
            "The cluster that the controller runs in, projects/PROJECT/locations/LOCATION/clusters/NAME.", valueName: "cluster"),
        transform: ClusterName.init)
    var cluster: ClusterName?

    @Option(help: ArgumentHelp("The controller's namespace (default: drawbridge).", valueName: "name"), transform: RightsOptions.label)
    var namespace: String = "drawbridge"

    @Option(
        help: ArgumentHelp("The controller's service account in Kubernetes (default: drawbridge).", valueName: "name"),
        transform: RightsOptions.label)
    var serviceAccount: String = "drawbridge"

    @Option(
        help: ArgumentHelp(
            "The address of the Google service account that the pods act as (default: drawbridge@PROJECT.iam.gserviceaccount.com of the cluster's project, else of the first policy's).",
            valueName: "address"), transform: RightsOptions.address)
    var googleServiceAccount: String?

    @Option(
        name: .customLong("google-service-account-id"),
        help: ArgumentHelp(
            "Its number, for policies with `identity: google`: gcloud iam service-accounts describe … --format='value(uniqueId)'.",
            valueName: "number"), transform: RightsOptions.uniqueID)
    var googleUniqueID: String?

    func setting(for policies: [Whitelist]) -> RightsSetting {
        let pods = ClusterServiceAccount(
            project: cluster?.project ?? RightsPlaceholder.projectID.text,
            location: cluster?.location ?? RightsPlaceholder.clusterLocation.text,
            cluster: cluster?.name ?? RightsPlaceholder.clusterName.text, namespace: namespace, name: serviceAccount)
        let home = cluster?.project ?? policies.first?.addresses.project ?? RightsPlaceholder.projectID.text
        return RightsSetting(
            accountID: accountID, roleName: roleName, pods: pods,
            googleServiceAccount: googleServiceAccount ?? "drawbridge@\(home).iam.gserviceaccount.com", googleUniqueID: googleUniqueID)
    }

    /// The options that differ from their defaults, as a shell takes them, each after a blank.
    var given: String {
        let all: [(String, String?, String?)] = [
            ("--account-id", accountID, nil), ("--role-name", roleName, "drawbridge"), ("--cluster", cluster?.path, nil),
            ("--namespace", namespace, "drawbridge"), ("--service-account", serviceAccount, "drawbridge"),
            ("--google-service-account", googleServiceAccount, nil), ("--google-service-account-id", googleUniqueID, nil),
        ]
        return all.compactMap { name, value, usual in value.flatMap { $0 == usual ? nil : " \(name) \(ShellWord.quoted($0))" } }.joined()
    }

    private static func isDigits(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) } }

    private static func isMade(_ text: String, of characters: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 < 0x80 && (isAlphanumeric($0) || characters.utf8.contains($0)) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func accountID(_ text: String) throws -> String {
        guard text.utf8.count == 12, isDigits(text) else { throw ValidationError("an AWS account is 12 digits") }
        return text
    }

    /// Source: IAM and STS quotas.
    private static func roleName(_ text: String) throws -> String {
        guard text.utf8.count <= 64, isMade(text, of: "_+=,.@-") else {
            throw ValidationError("a role's name has 1 to 64 letters, digits and characters of _+=,.@-")
        }
        return text
    }

    private static func label(_ text: String) throws -> String {
        guard text.utf8.count <= 253, isMade(text, of: ".-"), text == text.lowercased() else {
            throw ValidationError("a name in Kubernetes has lower-case letters, digits, dashes and periods")
        }
        return text
    }

    private static func address(_ text: String) throws -> String {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ isMade(String($0), of: ".-") }) else {
            throw ValidationError("a service account's address is NAME@PROJECT.iam.gserviceaccount.com")
        }
        return text
    }

    private static func uniqueID(_ text: String) throws -> String {
        guard text.utf8.count <= 30, isDigits(text) else {
            throw ValidationError("the number of a Google service account, not its address")
        }
        return text
    }
}
