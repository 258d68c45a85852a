package import Model

/// Everything that the policies of a file need to be allowed, by those who have to allow it: roles of AWS accounts, projects of Google
/// Cloud.
///
/// Pure; the same policies and setting give the same rights.
package struct Rights: Hashable, Sendable {
    /// A role of an AWS account, with its documents.
    package struct Role: Hashable, Sendable {
        package let arn: String
        package let accountID: String
        /// Without path.
        package let name: String
        /// Whether the pods take it with the cluster's token: it needs the cluster's identity provider.
        package let isPods: Bool
        /// Those that are read and written as this role; sorted.
        package let groups: [SecurityGroupReference]
        /// Roles that it takes; sorted.
        package let assumes: [String]
        package let permissions: AWSPermissionsPolicy
        package let trust: AWSTrustPolicy
        /// The optional right of `drawbridge doctor`; `nil` without groups.
        package let diagnosis: AWSPermissionsPolicy?
        /// What a person should know of it.
        package let notes: [String]
    }

    /// A project whose Addresses are read, and put on nodes where a policy has them.
    package struct Project: Hashable, Sendable {
        package let name: String
        package let bindsNodes: Bool
        package var role: GoogleCustomRole { GoogleCustomRole(bindsNodes: bindsNodes) }
    }

    package let policies: [String]
    package let setting: RightsSetting
    /// By ARN; those that the pods take first.
    package let roles: [Role]
    package let projects: [Project]

    /// - Parameter partition: of a region: `aws`, `aws-cn`, ….
    package init(_ policies: [Whitelist], setting: RightsSetting, partition: (String) -> String) {
        self.policies = policies.map(\.name)
        self.setting = setting
        var drafts: [String: RoleDraft] = [:]
        for group in policies.flatMap(\.securityGroups) {
            let home = partition(group.reference.region)
            let base = "arn:\(home):iam::\(setting.accountID):role/\(setting.roleName)"
            let arn = group.access.roleARN ?? base
            drafts[arn, default: RoleDraft()].groups.insert(group.reference)
            switch group.access.identity {
            case .google(let audience): drafts[arn]?.audiences.insert(audience)
            case .environment:
                drafts[base, default: RoleDraft()].isPods = true
                guard group.access.roleARN != nil else { continue }
                drafts[base]?.assumes.insert(arn)
                drafts[arn]?.callers[base, default: []].insert(group.access.externalID)
            }
        }
        roles = drafts.map { $0.value.role($0.key, setting) }
            .sorted { a, b in a.isPods == b.isPods ? a.arn < b.arn : a.isPods }
        let bound = Set(policies.filter { $0.nodes != nil }.map(\.addresses.project))
        projects = Set(policies.map(\.addresses.project)).sorted().map { Project(name: $0, bindsNodes: bound.contains($0)) }
    }

    /// Whether a policy has `identity: google`.
    package var takesRolesAsGoogle: Bool { roles.contains { $0.trust.json.contains("accounts.google.com") } }

    /// The placeholders that stand in some document.
    package var placeholders: [RightsPlaceholder] {
        let identity = roles.contains(where: \.isPods) ? setting.pods.issuer : ""
        return RightsPlaceholder.all(
            in: roles.map { $0.arn + $0.permissions.json + $0.trust.json }.joined() + identity + setting.pods.workloadIdentityMember)
    }
}

/// A role while its groups are gathered.
private struct RoleDraft {
    var groups: Set<SecurityGroupReference> = []
    var assumes: Set<String> = []
    var isPods = false
    /// Of the tokens of Google that take it.
    var audiences: Set<String> = []
    /// Roles that take it, each with the external ids that it tells, `nil` where it tells none.
    var callers: [String: Set<String?>] = [:]

    func role(_ arn: String, _ setting: RightsSetting) -> Rights.Role {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let (partition, accountID) = (parts[1], parts[4])
        let groups = groups.sorted()
        let permissions = AWSPermissionsPolicy(
            groups: groups, assuming: assumes.sorted(), accountID: accountID, partition: partition)
        let diagnosis = AWSPermissionsPolicy.diagnosis(regions: groups.map(\.region), accountID: accountID, partition: partition)
        return Rights.Role(
            arn: arn, accountID: accountID, name: arn.split(separator: "/").last.map(String.init) ?? arn, isPods: isPods,
            groups: groups, assumes: assumes.sorted(), permissions: permissions,
            trust: trust(accountID, partition, setting), diagnosis: groups.isEmpty ? nil : diagnosis,
            notes: notes(arn, size: permissions.document.size))
    }

    private func trust(_ accountID: String, _ partition: String, _ setting: RightsSetting) -> AWSTrustPolicy {
        var ways: [AWSTrustPolicy] = []
        if isPods { ways.append(setting.pods.trustPolicy(accountID: accountID, partition: partition)) }
        if !audiences.isEmpty { ways.append(.google(audiences: audiences.sorted(), uniqueID: setting.googleUniqueID)) }
        for (caller, told) in callers.sorted(by: { $0.key < $1.key }) {
            // Where one entry of the policy tells no external id, asking for one would lock it out.
            ways.append(.role(takenBy: caller, externalIDs: told.contains(nil) ? [] : told.compactMap { $0 }.sorted()))
        }
        return ways.dropFirst().reduce(ways[0]) { $0.or($1) }
    }

    private func notes(_ arn: String, size: Int) -> [String] {
        var notes: [String] = []
        if callers.keys.contains(arn) {
            notes.append(
                "It is the pods' own role as well: leave roleArn out, or give the pods' role another name by --role-name. "
                    + "As it stands the role takes itself, which it can be allowed to only once it exists.")
        } else if !callers.isEmpty {
            notes.append("Make the role that takes it first: IAM refuses a trust policy that names a role which does not exist.")
        }
        if callers.values.contains(where: { $0.count > 1 && $0.contains(nil) }) {
            notes.append(
                "Some entries of the policy give an externalId and some none, so the trust policy asks for none. Give all of them one.")
        }
        if size > AWSPolicyDocument.inlineLimit {
            notes.append(
                "Its permissions policy has \(size) characters; the inline policies of a role may have \(AWSPolicyDocument.inlineLimit). "
                    + "Give some groups a roleArn of their own.")
        }
        return notes
    }
}
