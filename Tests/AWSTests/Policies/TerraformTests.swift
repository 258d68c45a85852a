import Foundation
import Model
import Peers
import Reporting
import Testing

/// Needs `terraform` on PATH; for the AWS module also its provider, and Python with moto.
@Suite(.serialized, .enabled(if: Terraform.executable != nil, "\(Terraform.isMissing)"))
struct `The Terraform modules` {
    @Test func `are written as terraform formats them`() async throws {
        let run = try await Terraform.run(["fmt", "-check", "-diff", "-recursive"], in: Repository.file("policies/terraform"))
        #expect(run.status == 0 && run.output.isEmpty, "\(String(decoding: run.output, as: UTF8.self)) \(run.errors)")
    }

    @Test(.enabled(if: Terraform.hasProvider, "\(Terraform.providerIsMissing)"))
    func `AWS: is valid, and its variables refuse what would open it`() async throws {
        let folder = try Terraform.copy("aws")
        defer { try? FileManager.default.removeItem(at: folder) }
        for command in [Terraform.initialize, ["validate", "-no-color"], ["test", "-no-color"]] {
            let run = try await Terraform.run(command, in: folder)
            let text = String(decoding: run.output, as: UTF8.self)
            #expect(run.status == 0, "\(command): \(text) \(run.errors)")
            if command[0] == "test" { #expect(text.contains(/Success! (1[5-9]|[2-9]\d) passed, 0 failed/), "\(text)") }
        }
    }

    private struct Applied: Decodable {
        struct Role: Decodable {
            var trust: PolicyTree
            var policies: [String: PolicyTree]
            var attached: Int
        }
        var planIsEmpty: Bool
        var roles: [String: Role]
        var providers: [String: [String]]
    }

    @Test(
        .enabled(if: Terraform.hasProvider, "\(Terraform.providerIsMissing)"),
        .enabled(if: Python.executable != nil, "\(Python.isMissing)"))
    func `AWS: applied, it leaves exactly the documents that are rendered`() async throws {
        let input = try JSONSerialization.data(withJSONObject: ["region": "eu-west-1", "modules": Self.modules])
        let plugins = Terraform.plugins.map { [$0] } ?? []
        let run = try await PeerScript.run(
            "terraform_moto.py", [Repository.file("policies/terraform/aws").path] + plugins, input: input)
        try #require(run.status == 0, "\(run.errors)")
        let applied = try JSONDecoder().decode(Applied.self, from: run.output)
        #expect(applied.planIsEmpty)
        #expect(Set(applied.roles.keys) == Set(Self.expected.keys))
        for (name, expected) in Self.expected {
            let role = try #require(applied.roles[name])
            #expect(role.trust == (try PolicyTree(expected.trust.json)), "\(name)")
            #expect(role.policies == (try expected.policies.mapValues { try PolicyTree($0.json) }), "\(name)")
            #expect(role.attached == 0)
        }
        let issuer = ["all", "cluster"].map { pods(cluster: $0).issuer }
        let arns = issuer.map { AWSTrustPolicy.providerARN(issuer: $0, accountID: PolicyCases.account, partition: "aws") }
        #expect(applied.providers == Dictionary(uniqueKeysWithValues: arns.map { ($0, ["sts.amazonaws.com"]) }))
    }

    private static let other = SecurityGroupReference(id: "sg-11111111", region: "us-east-1")
    private static let far = "arn:aws:iam::210987654321:role/path/drawbridge"

    private static func pods(cluster: String) -> ClusterServiceAccount {
        ClusterServiceAccount(
            project: "acme-prod", location: "europe-west1", cluster: cluster, namespace: "drawbridge", name: "drawbridge")
    }
    private func pods(cluster: String) -> ClusterServiceAccount { Self.pods(cluster: cluster) }

    private static func group(_ group: SecurityGroupReference) -> [String: String] { ["id": group.id, "region": group.region] }
    private static func cluster(_ name: String) -> [String: String] {
        ["project": "acme-prod", "location": "europe-west1", "name": name]
    }

    /// Each use of the module, by the role's name.
    private static var modules: [String: [String: Any]] {
        let google: [String: Any] = ["service_account_unique_id": PolicyCases.uniqueID, "audiences": ["b.example", "a.example"]]
        let caller: [String: Any] = ["arn": PolicyCases.caller, "external_ids": ["orders-7f3a"]]
        let both = [group(other), group(PolicyCases.group), group(other)]
        return [
            "cluster": ["security_groups": both, "cluster": cluster("cluster"), "doctor": true],
            "google": ["security_groups": [group(PolicyCases.group)], "google": google],
            "caller": ["security_groups": [group(PolicyCases.group)], "caller": caller],
            "base": ["assumed_role_arns": [far, far], "cluster": cluster("base"), "create_oidc_provider": false],
            "all": [
                "security_groups": [group(PolicyCases.group)], "assumed_role_arns": [far], "cluster": cluster("all"), "google": google,
                "caller": ["arn": PolicyCases.caller],
            ],
        ]
    }

    private struct Documents {
        var trust: AWSTrustPolicy
        var policies: [String: AWSPermissionsPolicy]
    }

    private static var expected: [String: Documents] {
        func permissions(_ groups: [SecurityGroupReference], assuming roles: [String] = []) -> AWSPermissionsPolicy {
            AWSPermissionsPolicy(groups: groups, assuming: roles, accountID: PolicyCases.account, partition: "aws")
        }
        func trust(_ name: String) -> AWSTrustPolicy { pods(cluster: name).trustPolicy(accountID: PolicyCases.account, partition: "aws") }
        let google = AWSTrustPolicy.google(audiences: ["b.example", "a.example"], uniqueID: PolicyCases.uniqueID)
        let one = permissions([PolicyCases.group])
        let doctor = AWSPermissionsPolicy.diagnosis(
            regions: ["us-east-1", "eu-west-1"], accountID: PolicyCases.account, partition: "aws")
        return [
            "cluster": Documents(
                trust: trust("cluster"), policies: ["drawbridge": permissions([PolicyCases.group, other]), "drawbridge-doctor": doctor]),
            "google": Documents(trust: google, policies: ["drawbridge": one]),
            "caller": Documents(
                trust: .role(takenBy: PolicyCases.caller, externalIDs: ["orders-7f3a"]), policies: ["drawbridge": one]),
            "base": Documents(trust: trust("base"), policies: ["drawbridge": permissions([], assuming: [far])]),
            "all": Documents(
                trust: trust("all").or(google).or(.role(takenBy: PolicyCases.caller, externalIDs: [])),
                policies: ["drawbridge": permissions([PolicyCases.group], assuming: [far])]),
        ]
    }

    // MARK: Google

    private struct Role: Decodable, Equatable {
        var project: String
        var permissions: [String]
    }

    /// What needs no provider: the variables, and the roles that they come to.
    @Test func `Google: the roles are those that are rendered, project by project`() async throws {
        let folder = try Self.withoutProvider()
        defer { try? FileManager.default.removeItem(at: folder) }
        for command in [
            ["init", "-input=false", "-no-color"], ["validate", "-no-color"], ["apply", "-auto-approve", "-input=false", "-no-color"],
        ] {
            let run = try await Terraform.run(command, in: folder)
            #expect(run.status == 0, "\(command): \(run.errors)")
        }
        let run = try await Terraform.run(["output", "-json"], in: folder)
        struct Outputs: Decodable {
            struct Roles: Decodable { var value: [String: Role] }
            struct Member: Decodable { var value: String }
            var roles: Roles
            var member: Member
            struct Subnets: Decodable { var value: [String: [String]] }
            var subnets: Subnets
        }
        let outputs = try JSONDecoder().decode(Outputs.self, from: run.output)
        let nodes = GoogleCustomRole(bindsNodes: true).permissions
        let addresses = GoogleCustomRole(bindsNodes: false).permissions
        #expect(
            outputs.roles.value == [
                "acme-prod/nodes": Role(project: "acme-prod", permissions: nodes),
                "acme-nat/addresses": Role(project: "acme-nat", permissions: addresses),
                "acme-host/subnets": Role(project: "acme-host", permissions: nodes.filter { $0.contains("subnetworks") }),
            ])
        // Those of the host project alone, each by project, region and name.
        #expect(
            outputs.subnets.value.values.map { [$0[1], $0[3], $0[5]] }.sorted { $0[1] < $1[1] } == [
                ["acme-host", "europe-west1", "nodes"], ["acme-host", "us-central1", "nodes"],
            ])
        #expect(outputs.member.value == PolicyCases.pods.workloadIdentityMember)
    }

    @Test(arguments: [
        #"namespace="*""#, #"project="12345""#, #"node_projects=["a b"]"#, #"service_account_id="x""#, #"role_id="a-b""#,
        #"host_subnets=["acme-host"]"#, #"cluster_project="123456789""#,
        #"host_subnets=["projects/123456/regions/europe-west1/subnetworks/nodes"]"#,
        #"host_subnets=["projects/acme-host/regions/europe-west1/subnetworks/-"]"#,
    ])
    func `Google: a variable that says too much is refused`(assignment: String) async throws {
        let folder = try Self.withoutProvider()
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data((assignment.replacing("=", with: " = ", maxReplacements: 1) + "\n").utf8)
            .write(to: folder.appendingPathComponent("bad.auto.tfvars"))
        _ = try await Terraform.run(["init", "-input=false", "-no-color"], in: folder)
        let run = try await Terraform.run(["plan", "-input=false", "-no-color"], in: folder)
        #expect(run.status == 1 && run.errors.contains("Invalid value for variable"), "\(run.errors)")
    }

    private static func withoutProvider() throws -> URL {
        let folder = try Terraform.copy("google")
        for file in ["main.tf", "versions.tf", "outputs.tf"] {
            try FileManager.default.removeItem(at: folder.appendingPathComponent(file))
        }
        let outputs = ["roles": "roles", "member": "member", "subnets": "host_subnets"]
        let text = outputs.sorted { $0.key < $1.key }.map { "output \"\($0.key)\" { value = local.\($0.value) }\n" }.joined()
        try Data(text.utf8).write(to: folder.appendingPathComponent("outputs.tf"))
        let variables = """
            project          = "acme-prod"
            node_projects    = ["acme-prod"]
            address_projects = ["acme-nat", "acme-prod"]
            host_subnets = [
              "projects/acme-host/regions/europe-west1/subnetworks/nodes", "projects/acme-host/regions/us-central1/subnetworks/nodes",
              "projects/acme-prod/regions/europe-west1/subnetworks/nodes",
            ]
            """
        try Data((variables + "\n").utf8).write(to: folder.appendingPathComponent("terraform.tfvars"))
        return folder
    }
}
