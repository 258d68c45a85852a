import Foundation
import Model
import Testing

@testable import Reporting

/// Which roles and projects a policy file comes to.
@Suite struct `The rights of a policy file` {
    private static let pods = ClusterServiceAccount(
        project: "acme-prod", location: "europe-west1", cluster: "main", namespace: "drawbridge", name: "drawbridge")
    private static let base = "arn:aws:iam::123456789012:role/drawbridge"
    private static let far = "arn:aws:iam::210987654321:role/team/orders"

    private static func setting(accountID: String? = "123456789012", uniqueID: String? = "4711471147") -> RightsSetting {
        RightsSetting(
            accountID: accountID, roleName: "drawbridge", pods: pods,
            googleServiceAccount: "drawbridge@acme-prod.iam.gserviceaccount.com", googleUniqueID: uniqueID)
    }

    private static func group(_ id: String, _ access: AWSAccess = .environment, region: String = "eu-west-1") -> Whitelist.Group {
        Whitelist.Group(
            reference: SecurityGroupReference(id: id, region: region), access: access, ports: [], foreignRules: .report, scope: .ports,
            ruleQuota: 60, keep: [])
    }

    private static func policy(_ name: String, project: String = "acme-prod", nodes: Bool = true, _ groups: Whitelist.Group...) -> Whitelist
    {
        Whitelist(
            name: name, suspend: false,
            nodes: nodes
                ? .init(
                    selector: LabelSelector(requirements: []), nodePools: [name], startupTaint: nil, maxConcurrentSwaps: 1) : nil,
            addresses: .init(project: project, labels: ["a": "b"], regions: []), securityGroups: groups,
            safety: .init(maxRevocations: 10, allowEmpty: false),
            alerts: .init(unboundAfter: .seconds(900), unassignedAfter: .seconds(120)))
    }

    private static func rights(_ policies: Whitelist..., setting: RightsSetting = setting()) -> Rights {
        Rights(policies, setting: setting) { $0.hasPrefix("cn-") ? "aws-cn" : "aws" }
    }

    private static func role(_ name: String, externalID: String? = nil) -> AWSAccess {
        AWSAccess(identity: .environment, roleARN: name, externalID: externalID)
    }

    @Test func `groups without a role are the pods' own role's, of all policies together`() throws {
        let rights = Self.rights(
            Self.policy("a", Self.group("sg-2"), Self.group("sg-1")),
            Self.policy("b", Self.group("sg-1"), Self.group("sg-3", region: "us-east-1")))
        try #require(rights.roles.count == 1)
        let role = rights.roles[0]
        #expect(role.arn == Self.base && role.isPods && role.assumes.isEmpty && role.notes.isEmpty)
        #expect(role.groups.map(\.id) == ["sg-1", "sg-2", "sg-3"])
        #expect(role.permissions == AWSPermissionsPolicy(groups: role.groups, assuming: [], accountID: "123456789012", partition: "aws"))
        #expect(role.trust == Self.pods.trustPolicy(accountID: "123456789012", partition: "aws"))
        #expect(rights.placeholders.isEmpty && !rights.takesRolesAsGoogle)
    }

    @Test func `a role of another account is taken by the pods' role, which then may nothing else`() throws {
        let rights = Self.rights(Self.policy("a", Self.group("sg-1", Self.role(Self.far, externalID: "orders-7f3a"))))
        try #require(rights.roles.map(\.arn) == [Self.base, Self.far])
        let (base, far) = (rights.roles[0], rights.roles[1])
        #expect(base.groups.isEmpty && base.assumes == [Self.far] && base.isPods && base.diagnosis == nil)
        #expect(base.permissions.document.statements.map(\.actions) == [["sts:AssumeRole"]])
        #expect(far.accountID == "210987654321" && far.name == "orders" && !far.isPods)
        #expect(far.trust == .role(takenBy: Self.base, externalIDs: ["orders-7f3a"]))
        #expect(far.permissions.json.contains("arn:aws:ec2:eu-west-1:210987654321:security-group/sg-1"))
        #expect(far.notes.contains { $0.contains("first") })
    }

    @Test func `with identity google no role of the pods is needed`() throws {
        let google = AWSAccess(identity: .google(audience: "a.example"), roleARN: Self.far, externalID: nil)
        let rights = Self.rights(Self.policy("a", Self.group("sg-1", google)))
        try #require(rights.roles.map(\.arn) == [Self.far])
        #expect(rights.roles[0].trust == .google(audiences: ["a.example"], uniqueID: "4711471147"))
        #expect(rights.takesRolesAsGoogle)
    }

    @Test func `a role that is taken in both ways has both statements`() throws {
        let google = AWSAccess(identity: .google(audience: "a.example"), roleARN: Self.far, externalID: nil)
        let rights = Self.rights(Self.policy("a", Self.group("sg-1", google)), Self.policy("b", Self.group("sg-2", Self.role(Self.far))))
        let far = try #require(rights.roles.first { $0.arn == Self.far })
        #expect(
            far.trust
                == AWSTrustPolicy.google(audiences: ["a.example"], uniqueID: "4711471147").or(
                    .role(takenBy: Self.base, externalIDs: [])))
        #expect(far.groups.map(\.id) == ["sg-1", "sg-2"])
    }

    @Test func `an external id is asked for only where every entry tells one`() throws {
        let some = Self.rights(
            Self.policy("a", Self.group("sg-1", Self.role(Self.far, externalID: "one")), Self.group("sg-2", Self.role(Self.far))))
        #expect(some.roles[1].trust == .role(takenBy: Self.base, externalIDs: []))
        #expect(some.roles[1].notes.contains { $0.contains("externalId") })
        let all = Self.rights(
            Self.policy(
                "a", Self.group("sg-1", Self.role(Self.far, externalID: "two")), Self.group("sg-2", Self.role(Self.far, externalID: "one")))
        )
        #expect(all.roles[1].trust == .role(takenBy: Self.base, externalIDs: ["one", "two"]))
    }

    @Test func `a role that would take itself is told`() throws {
        let rights = Self.rights(Self.policy("a", Self.group("sg-1", Self.role(Self.base))))
        try #require(rights.roles.count == 1)
        #expect(rights.roles[0].notes.contains { $0.contains("--role-name") })
    }

    @Test func `partitions have roles of their own`() {
        let rights = Self.rights(Self.policy("a", Self.group("sg-1"), Self.group("sg-2", region: "cn-north-1")))
        #expect(rights.roles.map(\.arn) == ["arn:aws-cn:iam::123456789012:role/drawbridge", Self.base])
        #expect(rights.roles[0].permissions.json.contains("arn:aws-cn:ec2:cn-north-1:123456789012:security-group/sg-2"))
    }

    @Test func `more than an inline policy holds is told`() {
        let groups = (0..<200).map { Self.group("sg-" + String(repeating: "0", count: 14) + String($0 + 100)) }
        var policy = Self.policy("a")
        policy.securityGroups = groups
        #expect(Self.rights(policy).roles[0].notes.contains { $0.contains("10240") })
    }

    @Test func `each project has its role, smaller where no policy of it has nodes`() {
        let rights = Self.rights(
            Self.policy("a", project: "acme-two", nodes: false, Self.group("sg-1")),
            Self.policy("b", project: "acme-one", nodes: false, Self.group("sg-2")),
            Self.policy("c", project: "acme-two", Self.group("sg-3")))
        #expect(
            rights.projects == [.init(name: "acme-one", bindsNodes: false), .init(name: "acme-two", bindsNodes: true)])
        #expect(rights.projects[0].role.permissions == GoogleCustomRole.addressPermissions)
    }

    @Test func `what is not known is left to fill in, and told`() {
        var setting = Self.setting(accountID: nil, uniqueID: nil)
        setting.pods.cluster = RightsPlaceholder.clusterName.text
        let google = AWSAccess(identity: .google(audience: "a.example"), roleARN: Self.far, externalID: nil)
        let rights = Self.rights(Self.policy("a", Self.group("sg-1"), Self.group("sg-2", google)), setting: setting)
        #expect(rights.placeholders == [.accountID, .clusterName, .googleServiceAccountUniqueID])
        let text = rights.text(invocation: "drawbridge policies --policy whitelist.yaml")
        for placeholder in rights.placeholders { #expect(text.contains("\n  \(placeholder.text)  \(placeholder.advice)\n")) }
        #expect(text.contains("To fill in"))
        #expect(!Self.rights(Self.policy("a", Self.group("sg-1"))).text(invocation: "").contains("To fill in"))
    }

    @Test func `the text and the JSON hold every document`() throws {
        let google = AWSAccess(identity: .google(audience: "a.example"), roleARN: Self.far, externalID: nil)
        let rights = Self.rights(Self.policy("a", Self.group("sg-1"), Self.group("sg-2", google)))
        let text = rights.text(invocation: "drawbridge policies --policy whitelist.yaml")
        for role in rights.roles {
            for document in [role.trust.json, role.permissions.json, role.diagnosis!.json] {
                #expect(text.contains(document.split(separator: "\n").map { "    \($0)\n" }.joined()))
            }
        }
        #expect(text.contains("--role '\(Self.far)' --only aws-trust | aws iam create-role --role-name 'orders' --path '/team/'"))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(rights.json.utf8)) as? [String: Any])
        #expect(Set(object.keys) == ["version", "policies", "aws", "google", "kubernetes", "fillIn"])
        let roles = try #require((object["aws"] as? [String: Any])?["roles"] as? [[String: Any]])
        for (role, told) in zip(rights.roles, roles) {
            #expect(told["arn"] as? String == role.arn)
            let permissions = try JSONSerialization.jsonObject(with: Data(role.permissions.json.utf8)) as? NSDictionary
            #expect(told["permissions"] as? NSDictionary == permissions)
        }
    }

    @Test func `the same policies give the same bytes, in whatever order they stand`() {
        let (a, b) = (Self.policy("a", Self.group("sg-1")), Self.policy("b", Self.group("sg-2", Self.role(Self.far))))
        let (one, other) = (Self.rights(a, b), Self.rights(b, a))
        #expect(one.roles == other.roles && one.projects == other.projects)
    }
}
