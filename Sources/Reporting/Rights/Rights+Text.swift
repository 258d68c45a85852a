import Model

extension Rights {
    /// For a person: each document under what it is for, and the commands that make it all.
    ///
    /// - Parameter invocation: the command line that gave this, as a shell takes it; the commands go on from it.
    package func text(invocation: String) -> String {
        var sections = ["Rights for \(policies.count == 1 ? "policy" : "policies") " + policies.joined(separator: ", ") + "."]
        sections += roles.map { section($0, invocation) }
        sections += projects.map { section($0, invocation) }
        sections.append(pods)
        if !placeholders.isEmpty {
            let lines = placeholders.map { "  \($0.text)  \($0.advice)" }
            sections.append((["To fill in, before any of this can be used:"] + lines).joined(separator: "\n"))
        }
        return sections.map { $0 + "\n" }.joined(separator: "\n")
    }

    private func section(_ role: Role, _ invocation: String) -> String {
        var lines = ["AWS account \(role.accountID), role \(role.arn)"]
        if role.isPods { lines.append("  The pods take it with the cluster's token: AWS_ROLE_ARN in deploy/manifests/30-deployment.yaml.") }
        for group in role.groups { lines.append("  It reads and writes the inbound rules of \(group).") }
        for arn in role.assumes { lines.append("  It takes \(arn).") }
        lines += role.notes.map { "  ! " + Printable.line($0) }
        lines += ["", "  Trust policy: who may take it", Self.indented(role.trust.json), ""]
        lines += ["  Permissions policy: what it may do", Self.indented(role.permissions.json)]
        if let diagnosis = role.diagnosis {
            lines += [
                "", "  Optional: lets drawbridge doctor see whether the databases can be reached at all", Self.indented(diagnosis.json),
            ]
        }
        return (lines + [""] + commands(role, invocation).map { "  $ " + $0 }).joined(separator: "\n")
    }

    private func commands(_ role: Role, _ invocation: String) -> [String] {
        let only = roles.count > 1 ? "--role '\(role.arn)' --only" : "--only"
        func piped(_ document: String, _ rest: String) -> String { "\(invocation) \(only) \(document) | aws iam \(rest) file:///dev/stdin" }
        var commands: [String] = []
        if role.isPods {
            commands.append(
                "aws iam create-open-id-connect-provider --url '\(setting.pods.issuer)' "
                    + "--client-id-list \(ClusterServiceAccount.tokenAudience)")
        }
        let path = role.arn.split(separator: "/").dropFirst().dropLast()
        let at = path.isEmpty ? "" : "--path '/\(path.joined(separator: "/"))/' "
        commands.append(piped("aws-trust", "create-role --role-name '\(role.name)' \(at)--assume-role-policy-document"))
        let put = "put-role-policy --role-name '\(role.name)' --policy-name"
        commands.append(piped("aws-permissions", "\(put) drawbridge --policy-document"))
        if role.diagnosis != nil { commands.append(piped("aws-doctor", "\(put) drawbridge-doctor --policy-document")) }
        return commands
    }

    private func section(_ project: Project, _ invocation: String) -> String {
        let what = project.bindsNodes ? "reads its addresses and puts them on nodes" : "reads its addresses, no more"
        let only = projects.count > 1 ? "--project \(project.name) --only" : "--only"
        let role = """
            Google Cloud project \(project.name): Drawbridge \(what)
              The custom role, for gcloud iam roles create --file
            \(Self.indented(project.role.yaml))

            """
        let commands = [
            "\(invocation) \(only) gcp-role > drawbridge-role.yaml",
            "gcloud iam roles create drawbridge --project=\(project.name) --file=drawbridge-role.yaml",
            "gcloud projects add-iam-policy-binding \(project.name) --role=projects/\(project.name)/roles/drawbridge "
                + "--member=serviceAccount:\(setting.googleServiceAccount)",
        ]
        let shared =
            project.bindsNodes
            ? ["  With a Shared VPC, grant the two permissions on compute.subnetworks on the nodes' subnets of the host project as well."]
            : []
        return ([role] + commands.map { "  $ " + $0 } + shared).joined(separator: "\n")
    }

    private var pods: String {
        let account = setting.googleServiceAccount.split(separator: "@", maxSplits: 1).map(String.init)
        let home = account.count == 2 ? account[1].replacing(".iam.gserviceaccount.com", with: "") : setting.pods.project
        return """
            Google Cloud service account \(setting.googleServiceAccount), which the pods act as; it has no key
              $ gcloud iam service-accounts create \(account[0]) --project=\(home)
              $ gcloud iam service-accounts add-iam-policy-binding \(setting.googleServiceAccount) --project=\(home) \
            --role=roles/iam.workloadIdentityUser --member='\(setting.pods.workloadIdentityMember)'
              That member is the same namespace and service account of every cluster of \(setting.pods.project): see policies/README.md.
              $ gcloud iam service-accounts describe \(setting.googleServiceAccount) --format='value(uniqueId)'

            Kubernetes: \(Self.manifest) has the roles of the service account \(setting.pods.namespace)/\(setting.pods.name)
              $ kubectl apply --filename \(Self.manifest)
            """
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
    }
}
