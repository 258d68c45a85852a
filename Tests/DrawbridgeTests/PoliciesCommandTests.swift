import Foundation
import Peers
import Testing

/// `drawbridge policies` as a whole process, with no cloud to ask.
@Suite(.serialized) struct PoliciesCommandTests {
    private static let cluster = ["--cluster", "projects/acme-prod/locations/europe-west1/clusters/main"]
    private static let all = cluster + ["--account-id", "999988887777", "--google-service-account-id", "104711104711104711104"]

    private func run(_ arguments: [String], policy: String = "whitelist-example.yaml") async throws -> Launched.Ended {
        let program = try #require(Executable.url, "drawbridge is not built beside these tests")
        let directory = FileManager.default.temporaryDirectory
        let process = try Launched(
            program, ["policies", "--policy", Repository.file("policies/\(policy)").path] + arguments,
            environment: ["PATH": "/usr/bin:/bin", "HOME": directory.path], directory: directory)
        do {
            return try await process.ended(within: .seconds(60))
        } catch {
            await process.end()
            throw error
        }
    }

    @Test func `the text has every role, project and document, and nothing is left to fill in`() async throws {
        let ended = try await run(Self.all)
        #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended)")
        for part in [
            "role arn:aws:iam::999988887777:role/drawbridge", "role arn:aws:iam::123456789012:role/drawbridge",
            "role arn:aws:iam::123456789012:role/drawbridge-google", "\"sts:ExternalId\": \"orders-7f3a\"",
            "\"accounts.google.com:oaud\": \"drawbridge.acme.example\"", "Google Cloud project acme-prod",
            "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0a1b2c3d4e5f60718", "deploy/manifests/10-rbac.yaml",
            "'serviceAccount:acme-prod.svc.id.goog[drawbridge/drawbridge]'",
        ] { #expect(ended.output.contains(part), "\(part)") }
        #expect(!ended.output.contains("${") && !ended.output.contains("To fill in"))
        #expect(!ended.output.contains("\u{1B}"))
    }

    @Test func `what is not given is listed, and refused where one document is asked for`() async throws {
        let open = try await run([])
        #expect(open.status == 0 && open.output.contains("To fill in"))
        for name in ["${ACCOUNT_ID}", "${PROJECT_ID}", "${CLUSTER_NAME}", "${GOOGLE_SERVICE_ACCOUNT_UNIQUE_ID}"] {
            #expect(open.output.contains("  \(name)  "), "\(name)")
        }
        let one = try await run(["--only", "aws-trust", "--role", "drawbridge-google"])
        #expect(one.status == 64 && one.output.isEmpty && one.errors.contains("--google-service-account-id"), "\(one)")
    }

    @Test(arguments: [
        (
            ["--only", "aws-trust", "--role", "arn:aws:iam::999988887777:role/drawbridge"],
            "999988887777:oidc-provider/container.googleapis.com"
        ),
        (["--only", "aws-permissions", "--role", "arn:aws:iam::999988887777:role/drawbridge"], "sts:AssumeRole"),
        (["--only", "aws-permissions", "--role", "drawbridge-google"], "ec2:RevokeSecurityGroupIngress"),
        (["--only", "aws-doctor", "--role", "drawbridge-google"], "rds:DescribeDBInstances"),
    ])
    func `one document is JSON and nothing else`(arguments: [String], part: String) async throws {
        let ended = try await run(Self.all + arguments)
        #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended)")
        let object = try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any]
        #expect(object?["Version"] as? String == "2012-10-17")
        #expect(ended.output.contains(part))
    }

    @Test func `the role of a policy with nodes is the shipped file, its comments aside`() async throws {
        let ended = try await run(["--only", "gcp-role"])
        let file = String(decoding: try Data(contentsOf: Repository.file("policies/gcp-role.yaml")), as: UTF8.self)
        let lines = file.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(ended.status == 0 && ended.output == lines.drop { $0.hasPrefix("#") }.joined(separator: "\n"))
    }

    @Test func `without nodes the role only reads addresses`() async throws {
        let ended = try await run(["--only", "gcp-role"], policy: "whitelist-cloud-nat.yaml")
        let permissions = ended.output.split(separator: "\n").filter { $0.hasPrefix("- ") }
        #expect(ended.status == 0 && permissions == ["- compute.addresses.get", "- compute.addresses.list"])
    }

    @Test func `JSON is one document`() async throws {
        let ended = try await run(Self.all + ["--format", "json"])
        let object = try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any]
        #expect(ended.status == 0 && (object?["fillIn"] as? [Any])?.isEmpty == true)
    }

    @Test(arguments: [
        ["--account-id", "12345"], ["--account-id", "12345678901x"], ["--cluster", "main"],
        ["--cluster", "projects/p/locations/l/clusters/*"], ["--namespace", "a b"], ["--role-name", "a/b"],
        ["--google-service-account-id", "a@b"], ["--google-service-account", "x"], ["--format", "yaml"], ["--only", "everything"],
        ["--role", "drawbridge"], ["--only", "gcp-role", "--role", "x"], ["--only", "aws-trust", "--project", "x"],
        ["--only", "gcp-role", "--format", "json"], ["--only", "aws-trust"], ["--only", "aws-trust", "--role", "nobody"],
        ["--only", "gcp-role", "--project", "nowhere"],
    ])
    func `what can't be understood ends with 64, says why and prints nothing`(arguments: [String]) async throws {
        let ended = try await run(arguments)
        #expect(ended.status == 64 && ended.output.isEmpty && !ended.errors.isEmpty, "\(ended)")
    }

    @Test func `a policy that does not validate ends with 1`() async throws {
        let ended = try await run([], policy: "README.md")
        #expect(ended.status == 1 && ended.output.isEmpty && ended.errors.contains("README.md:"), "\(ended)")
    }
}
