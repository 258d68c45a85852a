import AWS
import ArgumentParser
import Model
import Reporting

struct PoliciesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policies",
        abstract:
            "Print the rights that a policy file needs, filled in: AWS policies, the Google Cloud role, and the commands that make them.",
        discussion: """
            Asks no cloud and changes nothing. For each AWS role: what it may do, on exactly the groups of the file, and who may take it. The role of the pods trusts the cluster's \
            issuer; an entry with `roleArn` is reached from there by sts:AssumeRole, and with `identity: google` by a Google-signed token. For each Google Cloud project: a custom \
            role, smaller where no policy has `nodes`. What the file does not say is given by options; what is left stands as ${NAME} and is listed at the end.

            --only prints one document and nothing else, and refuses while something is left to fill in. Run with credentials of the role's account:

              drawbridge policies --policy whitelist.yaml --account-id 123456789012 \\
                --cluster projects/acme-prod/locations/europe-west1/clusters/main
              drawbridge policies … --only aws-permissions | aws iam put-role-policy --role-name drawbridge --policy-name drawbridge \\
                --policy-document file:///dev/stdin

            Exit status: 0; 1 for a policy that does not validate; 64 for a command line that can't be understood.
            """)

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var options: RightsOptions

    @Option(help: "text or json.")
    var format: Format = .text

    @Option(help: "Print only this document: aws-permissions, aws-trust, aws-doctor (optional, for drawbridge doctor) or gcp-role.")
    var only: Document?

    @Option(help: ArgumentHelp("With --only: the role, where there are several.", valueName: "name or arn"))
    var role: String?

    @Option(help: ArgumentHelp("With --only gcp-role: the project, where there are several.", valueName: "project"))
    var project: String?

    enum Format: String, CaseIterable, ExpressibleByArgument { case text, json }

    enum Document: String, CaseIterable, ExpressibleByArgument {
        case awsPermissions = "aws-permissions"
        case awsTrust = "aws-trust"
        case awsDoctor = "aws-doctor"
        case gcpRole = "gcp-role"
    }

    func validate() throws {
        if only == nil, role != nil || project != nil { throw ValidationError("--role and --project choose a document: give --only too") }
        if only == .gcpRole, role != nil { throw ValidationError("--role is for AWS; --only gcp-role takes --project") }
        if let only, only != .gcpRole, project != nil { throw ValidationError("--project is for --only gcp-role; AWS takes --role") }
        if only != nil, format != .text { throw ValidationError("--only prints a document as it is; leave --format out") }
    }

    func run() async throws {
        let policies = try policy.load()
        let rights = Rights(policies, setting: options.setting(for: policies)) { AWSPartition(region: $0).rawValue }
        switch (only, format) {
        case (let only?, _): Console.report(try document(only, of: rights))
        case (nil, .json): Console.report(rights.json)
        case (nil, .text):
            Console.report(rights.text(invocation: "drawbridge policies --policy \(ShellWord.quoted(policy.policy))\(options.given)"))
        }
    }

    private func document(_ kind: Document, of rights: Rights) throws -> String {
        let text: String
        if kind == .gcpRole {
            text = try one(rights.projects.filter { project == nil || $0.name == project }, of: rights.projects.map(\.name), "--project")
                .role.yaml
        } else {
            let matching = rights.roles.filter { role == nil || $0.arn == role || $0.name == role }
            let found = try one(matching, of: rights.roles.map(\.arn), "--role")
            switch kind {
            case .awsPermissions: text = found.permissions.json
            case .awsTrust: text = found.trust.json
            case .awsDoctor, .gcpRole:
                guard let diagnosis = found.diagnosis else {
                    throw ValidationError("role \(found.arn) reads no groups: drawbridge doctor has nothing to ask as it")
                }
                text = diagnosis.json
            }
        }
        guard let open = RightsPlaceholder.all(in: text).first else { return text }
        throw ValidationError("the document is not complete: \(open.text) is \(open.advice)")
    }

    private func one<Found>(_ found: [Found], of names: [String], _ option: String) throws -> Found {
        if found.count == 1 { return found[0] }
        throw ValidationError(
            "\(found.isEmpty ? "there is no such document" : "there are several"): give \(option), one of \(names.joined(separator: ", "))")
    }
}
