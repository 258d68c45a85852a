import Model

extension Rights {
    /// One JSON document, with a line end, for programs.
    ///
    /// | key | value |
    /// |---|---|
    /// | `version` | 1; grows when a key changes its meaning or goes |
    /// | `policies[]` | the names of the policies |
    /// | `aws.roles[]` | `arn`, `accountId`, `name`; `groups[]` (`id`, `region`), `assumes[]`; the documents `permissions`, `trust` and, where it has groups, the optional `doctor`; `notes[]` |
    /// | `aws.identityProviders[]` | of accounts whose roles trust the cluster: `arn`, `accountId`, `url`, `audience` |
    /// | `google` | `serviceAccount`, `workloadIdentityMember`, `projects[]`: `project`, `bindsNodes`, `includedPermissions[]` |
    /// | `kubernetes.manifest` | the file with the cluster's roles |
    /// | `fillIn[]` | placeholders that stand in it: `name`, `advice` |
    package var json: String {
        OrderedJSON.object([
            .init("version", .number(1)),
            .init("policies", .list(policies.map(OrderedJSON.text))),
            .init(
                "aws",
                .object([
                    .init("roles", .list(roles.map(Self.tree))),
                    .init("identityProviders", .list(roles.filter(\.isPods).map(provider))),
                ])),
            .init("google", google),
            .init("kubernetes", .object([.init("manifest", .text(Self.manifest))])),
            .init(
                "fillIn",
                .list(placeholders.map { .object([.init("name", .text($0.rawValue)), .init("advice", .text($0.advice))]) })),
        ]).document
    }

    /// Where the Kubernetes roles stand.
    static let manifest = "deploy/manifests/10-rbac.yaml"

    private static func tree(_ role: Role) -> OrderedJSON {
        var members: [OrderedJSON.Member] = [
            .init("arn", .text(role.arn)), .init("accountId", .text(role.accountID)), .init("name", .text(role.name)),
            .init(
                "groups",
                .list(role.groups.map { .object([.init("id", .text($0.id)), .init("region", .text($0.region))]) })),
            .init("assumes", .list(role.assumes.map(OrderedJSON.text))),
            .init("permissions", role.permissions.document.tree), .init("trust", role.trust.document.tree),
        ]
        if let diagnosis = role.diagnosis { members.append(.init("doctor", diagnosis.document.tree)) }
        members.append(.init("notes", .list(role.notes.map(OrderedJSON.text))))
        return .object(members)
    }

    func providerARN(_ role: Role) -> String {
        let partition = role.arn.split(separator: ":")[1]
        return AWSTrustPolicy.providerARN(issuer: setting.pods.issuer, accountID: role.accountID, partition: String(partition))
    }

    private func provider(_ role: Role) -> OrderedJSON {
        .object([
            .init("arn", .text(providerARN(role))), .init("accountId", .text(role.accountID)),
            .init("url", .text(setting.pods.issuer)), .init("audience", .text(ClusterServiceAccount.tokenAudience)),
        ])
    }

    private var google: OrderedJSON {
        let projects = projects.map { project in
            OrderedJSON.object([
                .init("project", .text(project.name)), .init("bindsNodes", .flag(project.bindsNodes)),
                .init("includedPermissions", .list(project.role.permissions.map(OrderedJSON.text))),
            ])
        }
        return .object([
            .init("serviceAccount", .text(setting.googleServiceAccount)),
            .init("workloadIdentityMember", .text(setting.pods.workloadIdentityMember)), .init("projects", .list(projects)),
        ])
    }
}
