import Foundation
import Kubernetes
import Model
import Reporting
import Sandbox
import Testing

/// `drawbridge doctor` against the embedded clouds.
@Suite(.serialized) struct DoctorCommandTests {
    private struct Report: Decodable {
        struct Item: Decodable {
            var severity, area, subject, check, tried, resource, result: String
            var advice, document: String?
        }

        var version: Int
        var ok: Bool
        var findings: [Item]

        func of(_ severity: String) -> [Item] { findings.filter { $0.severity == severity } }
    }

    private func doctor(
        _ harness: SandboxHarness, adding more: [String: String] = [:]
    ) async throws -> (report: Report, ended: Launched.Ended) {
        let ended = try await harness.drawbridge(
            "doctor", "--policy", harness.policy, "--format", "json", adding: more, within: .seconds(45))
        #expect(ended.errors.isEmpty, "\(ended.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(ended.output.utf8))
        #expect(report.ok == (ended.status == 0) && report.ok == report.of("stops").isEmpty, "\(ended)")
        return (report, ended)
    }

    @Test func `a world that is as it should be is well, and stays as it is`() async throws {
        try await SandboxHarness.run { harness in
            let before = harness.world
            let (report, ended) = try await doctor(harness, adding: ["NODE_NAME": "elsewhere"])
            #expect(report.version == 1 && report.ok, "\(ended)")
            #expect(report.findings.allSatisfy { $0.severity == "ok" }, "\(ended)")
            #expect(Set(report.findings.map(\.area)) == ["aws", "google", "kubernetes", "policy"])
            for words in ["user/sandbox", "drawbridge@acme-prod.iam.gserviceaccount.com", "admin", "v1.32"] {
                #expect(report.findings.contains { $0.result.contains(words) }, "\(words)")
            }
            let again = try await harness.drawbridge(
                "doctor", "--policy", harness.policy, "--format", "json", adding: ["NODE_NAME": "elsewhere"])
            #expect(again.output == ended.output, "the same world must give the same bytes")

            let after = harness.world
            #expect(after.kubernetes.resourceVersion == before.kubernetes.resourceVersion)
            #expect(after.externalIPs == before.externalIPs && after.inbound(harness.scenario) == before.inbound(harness.scenario))
            #expect(after.compute.addresses == before.compute.addresses && after.compute.operations.isEmpty)
            #expect(after.leaseHolder() == nil)
            let writes = after.calls.recent.filter(\.isWrite)
            #expect(writes.count == 4 && Set(writes.map(\.operation)) == ["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"])
            #expect(writes.allSatisfy { $0.outcome == .refused(status: 412, code: "DryRunOperation") }, "\(writes)")
        }
    }

    @Test func `its text is for people: sections, plain where it is no terminal, one sentence at the end`() async throws {
        try await SandboxHarness.run { harness in
            let ended = try await harness.drawbridge("doctor", "--policy", harness.policy)
            #expect(ended.status == 0 && !ended.output.contains("\u{1B}"), "\(ended)")
            for title in ["AWS: eu-west-1", "Google Cloud: project acme-prod", "Kubernetes: http", "Whitelist: orders-db"] {
                #expect(("\n" + ended.output).contains("\n\(title)"), "\(ended)")
            }
            #expect(ended.output.split(separator: "\n").last?.hasPrefix("Nothing was found that stops the loop: ") == true, "\(ended)")
        }
    }

    /// A right that is taken away: what it is called, and what its lack comes to.
    struct Missing: Sendable, CustomTestStringConvertible {
        var right: String
        var severity = "stops"
        var takeAway: @Sendable (inout World, SandboxScenario) -> Void
        var testDescription: String { right }

        static func aws(_ action: String, _ severity: String = "stops") -> Missing {
            Missing(right: action, severity: severity) { world, scenario in
                world.aws.credentials[scenario.accessKeyID]?.denied = [action]
            }
        }

        static func google(_ permission: String, _ severity: String = "stops") -> Missing {
            Missing(right: permission, severity: severity) { world, _ in world.compute.deniedPermissions = [permission] }
        }

        static func kubernetes(_ verb: String, _ resource: String, _ group: String = "", _ severity: String = "stops") -> Missing {
            Missing(right: "\(verb) \(resource)\(group.isEmpty ? "" : ".\(group)")", severity: severity) { world, _ in
                world.kubernetes.authority.denials = [KubernetesAuthority.Denial(verb: verb, group: group, resource: resource)]
            }
        }
    }

    /// Each right that the code uses: what is new there can't be left out here.
    private static let missing: [Missing] =
        (AWSPermissionsPolicy.reads + AWSPermissionsPolicy.writes).map { .aws($0) }
        + AWSPermissionsPolicy.diagnosis.map { .aws($0, "notChecked") }
        + (GoogleCustomRole.addressPermissions + GoogleCustomRole.nodePermissions).filter { !askedOnly.contains($0) }.map { .google($0) }
        + KubernetesPermissions.used.map { permission in
            // Without these the loop goes on.
            let isUseful = permission.verb == "watch" || ["configmaps", "events"].contains(permission.resource)
            return .kubernetes(permission.verb, permission.resource, permission.apiGroup, isUseful ? "warning" : "stops")
        }

    /// Permissions that serve to ask for others.
    private static let askedOnly = ["compute.instances.list", "compute.subnetworks.list"]

    @Test(arguments: missing)
    func `each right that is taken away is named, with what to do`(_ missing: Missing) async throws {
        try await SandboxHarness.run(prepare: { world, scenario, _ in missing.takeAway(&world, scenario) }) { harness in
            let (report, ended) = try await doctor(harness)
            let found = report.findings.filter { $0.tried == missing.right && $0.severity == missing.severity }
            #expect(!found.isEmpty, "\(ended)")
            #expect(found.allSatisfy { $0.advice?.isEmpty == false }, "\(found)")
            #expect(ended.status == (missing.severity == "stops" ? 1 : 0))
            // Nothing else is blamed for it.
            #expect(report.of("stops").allSatisfy { $0.tried == missing.right }, "\(ended)")
        }
    }

    @Test func `the right to take a role is named, with what to do`() async throws {
        try await SandboxHarness.run(prepare: { world, scenario, _ in
            world.aws.credentials[scenario.accessKeyID]?.denied = [AWSPermissionsPolicy.assumption]
        }) { harness in
            let role = harness.scenario.roleARN
            try harness.editPolicy {
                $0.replacingOccurrences(of: "      region: eu-west-1", with: "      region: eu-west-1\n      roleArn: \(role)")
            }
            let (report, ended) = try await doctor(harness)
            let found = report.of("stops").filter { $0.advice?.contains("allow \(AWSPermissionsPolicy.assumption) on \(role)") == true }
            #expect(found.count == 1 && ended.status == 1, "\(ended)")
        }
    }

    @Test func `of the ConfigMaps both are asked for, each with what it is for`() async throws {
        try await SandboxHarness.run(prepare: { world, _, _ in
            world.kubernetes.authority.denials = [KubernetesAuthority.Denial(verb: "patch", group: "", resource: "configmaps")]
        }) { harness in
            let (report, ended) = try await doctor(harness)
            let found = report.of("warning").filter { $0.tried == "patch configmaps" }
            #expect(Set(found.map { $0.resource.prefix { $0 != " " } }) == ["drawbridge-state", "drawbridge-report"], "\(ended)")
            #expect(found.count { $0.advice?.contains("--dry-run") == true } == 1, "\(ended)")
        }
    }

    @Test(arguments: askedOnly)
    func `what may not be asked is said to be unchecked, and stops nothing`(_ permission: String) async throws {
        try await SandboxHarness.run(prepare: { world, _, _ in world.compute.deniedPermissions = [permission] }) { harness in
            let (report, ended) = try await doctor(harness)
            #expect(report.ok && report.of("notChecked").contains { $0.advice?.contains("right to list") == true }, "\(ended)")
        }
    }

    // MARK: Refused tokens

    private func webToken(_ claims: String) -> String {
        func part(_ text: String) -> String {
            Data(text.utf8).base64EncodedString().replacingOccurrences(of: "=", with: "").replacingOccurrences(of: "+", with: "-")
                .replacingOccurrences(of: "/", with: "_")
        }
        return [part(#"{"alg":"RS256","kid":"1"}"#), part(claims), part("the-signature-of-a-test")].joined(separator: ".")
    }

    @Test(arguments: [false, true])
    func `a token of the cluster that is refused gets the trust policy that it needs`(_ isIssuerKnown: Bool) async throws {
        let issuer = "https://container.googleapis.com/v1/projects/acme-prod/locations/europe-west1/clusters/prod"
        try await SandboxHarness.run(prepare: { world, scenario, _ in
            guard isIssuerKnown else { return }
            world.aws.roles[scenario.roleARN]?.trustedIdentities = [
                AWSIdentity.TrustedIdentity(issuer: issuer, audience: "sts.amazonaws.com", subject: "system:serviceaccount:other:one")
            ]
        }) { harness in
            let subject = "system:serviceaccount:drawbridge:drawbridge"
            let expiry = Int(Date().timeIntervalSince1970) + 3600
            let token = webToken(
                #"{"iss":"\#(issuer)","aud":["sts.amazonaws.com"],"sub":"\#(subject)","exp":\#(expiry)}"#)
            let file = harness.directory.appendingPathComponent("token")
            try Data(token.utf8).write(to: file)
            let (report, ended) = try await doctor(
                harness,
                adding: [
                    "AWS_WEB_IDENTITY_TOKEN_FILE": file.path, "AWS_ROLE_ARN": harness.scenario.roleARN, "AWS_ACCESS_KEY_ID": "",
                    "AWS_SECRET_ACCESS_KEY": "",
                ])
            let trust = try #require(report.of("stops").first { $0.check == "trust" }, "\(ended)")
            #expect(trust.result.contains(isIssuerKnown ? "AccessDenied" : "InvalidIdentityToken"))
            #expect(trust.result.contains("sub \(subject)") && trust.result.contains("aud sts.amazonaws.com"))
            let document = try #require(trust.document)
            let bare = issuer.dropFirst("https://".count)
            #expect(document.contains("\"\(bare):sub\": \"\(subject)\"") && document.contains("\"\(bare):aud\": \"sts.amazonaws.com\""))
            #expect(document.contains("arn:aws:iam::\(harness.scenario.awsAccount):oidc-provider/\(bare)"))
            // Neither the token nor its signature.
            for secret in token.split(separator: ".") { #expect(!ended.output.contains(secret)) }
            #expect(ended.status == 1 && report.findings.contains { $0.area == "kubernetes" && $0.severity == "ok" })
        }
    }

    @Test func `a Google-signed token that is refused gets its trust policy, too`() async throws {
        try await SandboxHarness.run(prepare: { world, scenario, _ in
            world.aws.roles[scenario.roleARN]?.trustedIdentities = [
                AWSIdentity.TrustedIdentity(issuer: "https://accounts.google.com", audience: nil, subject: "42")
            ]
        }) { harness in
            let role = harness.scenario.roleARN
            try harness.editPolicy {
                $0.replacingOccurrences(
                    of: "      region: eu-west-1", with: "      region: eu-west-1\n      roleArn: \(role)\n      identity: google")
            }
            let (report, ended) = try await doctor(harness)
            let trust = try #require(report.of("stops").first { $0.check == "trust" }, "\(ended)")
            let id = harness.world.google.account.uniqueID
            #expect(trust.result.contains("azp \(id)"))
            let document = try #require(trust.document)
            for line in [
                "accounts.google.com:aud\": \"\(id)\"", "accounts.google.com:oaud\": \"sts.amazonaws.com\"",
                "accounts.google.com:sub\": \"\(id)\"",
            ] {
                #expect(document.contains(line), "\(document)")
            }
            #expect(!ended.output.contains("eyJ"), "no part of a token")
        }
    }

    @Test func `a role on top of other keys is told with both, and its refusal names it`() async throws {
        try await SandboxHarness.run { harness in
            let role = harness.scenario.roleARN
            try harness.editPolicy {
                $0.replacingOccurrences(of: "      region: eu-west-1", with: "      region: eu-west-1\n      roleArn: \(role)")
            }
            let (well, _) = try await doctor(harness)
            let who = try #require(well.findings.first { $0.area == "aws" && $0.check == "identity" })
            #expect(well.ok && who.result.contains("assumed-role/drawbridge") && who.result.contains("taken with those of environment"))
            harness.box.step { world, _ in world.aws.roles[role]?.trustedAccounts = [] }
            let (ill, ended) = try await doctor(harness)
            #expect(ill.of("stops").contains { $0.check == "identity" && $0.result.contains("AccessDenied") }, "\(ended)")
        }
    }

    @Test(arguments: [true, false])
    func `a key file says whose it is, and of a person's token its issuer is asked`(_ isPerson: Bool) async throws {
        try await SandboxHarness.run { harness in
            var file = harness.directory.appendingPathComponent("service-account.json")
            var expected = harness.scenario.serviceAccount
            if isPerson {
                expected = "person@acme-prod.example"
                let (holder, uri) = (expected, harness.servers.endpoints.oauth)
                harness.box.step { world, _ in world.google.refreshTokens[Secret("1//of-a-person")] = holder }
                file = harness.directory.appendingPathComponent("person.json")
                let text = #"""
                    {"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"1//of-a-person","token_uri":"\#(uri)"}
                    """#
                try Data(text.utf8).write(to: file)
            }
            let (report, ended) = try await doctor(harness, adding: ["GOOGLE_APPLICATION_CREDENTIALS": file.path])
            let who = try #require(report.findings.first { $0.area == "google" && $0.check == "identity" })
            #expect(report.ok && who.result == expected && who.resource.contains(file.path), "\(ended)")
            #expect(report.findings.contains { $0.check == "scopes" && $0.severity == "ok" })
            #expect(harness.world.calls.count(.oauth, "tokeninfo") == (isPerson ? 1 : 0))
        }
    }

    // MARK: The world

    @Test func `a database that nobody reaches over the internet is told`() async throws {
        try await SandboxHarness.run(prepare: { world, _, _ in
            world.rds.instances[0].database.isPubliclyAccessible = false
        }) { harness in
            let (report, ended) = try await doctor(harness)
            #expect(
                report.ok && report.of("warning").contains { $0.check == "database" && $0.result.contains("not publicly accessible") },
                "\(ended)")
        }
    }

    @Test func `addresses of the wrong tier, a small quota and the own node are told`() async throws {
        try await SandboxHarness.run { scenario in
            scenario.ruleQuota = 8
        } prepare: { world, scenario, now in
            for address in world.reserved(scenario) {
                world.compute.dropAddress(address.reference)
                world.compute.reserve(address.reference, tier: .standard, labels: scenario.labels, now: now)
            }
        } _: { harness in
            let own = try #require(harness.world.pool(harness.scenario.pool).first).reference.name
            let (report, ended) = try await doctor(harness, adding: ["NODE_NAME": own])
            #expect(report.of("stops").contains { $0.check == "supply" && $0.resource == "PREMIUM in europe-west1" }, "\(ended)")
            #expect(report.of("warning").contains { $0.check == "ownNode" && $0.resource == own }, "\(ended)")
            #expect(
                report.findings.contains { $0.check == "quota" && $0.severity != "ok" && $0.result.contains("ruleQuota 8") }, "\(ended)")
        }
    }

    @Test func `a pool that selects no node, and labels that no address has, are warnings`() async throws {
        try await SandboxHarness.run { harness in
            try harness.editPolicy {
                $0.replacingOccurrences(of: "nodePools: [egress]", with: "nodePools: [egres]")
                    .replacingOccurrences(of: "labels: {drawbridge: orders-db}", with: "labels: {drawbridge: order-db}")
            }
            let (report, ended) = try await doctor(harness)
            #expect(report.ok && Set(report.of("warning").map(\.check)) == ["pool", "addresses"], "\(ended)")
        }
    }

    @Test func `a group that isn't there is named`() async throws {
        try await SandboxHarness.run { harness in
            try harness.editPolicy { $0.replacingOccurrences(of: "sg-0a1b2c3d4e5f60718", with: "sg-00000000000000001") }
            let (report, ended) = try await doctor(harness)
            #expect(report.of("stops").map(\.check) == ["securityGroup"], "\(ended)")
        }
    }

    // MARK: Trouble

    @Test(arguments: [[SandboxAPI.ec2], [.sts, .compute, .metadata, .rds]])
    func `clouds that hang do not hang the doctor, who tells of the others`(_ apis: [SandboxAPI]) async throws {
        try await SandboxHarness.run(prepare: { world, _, _ in
            for api in apis { world.callLatency[api] = .seconds(3600) }
        }) { harness in
            let (report, ended) = try await doctor(harness)
            #expect(report.findings.contains { $0.result.contains("timeout") && $0.severity != "ok" }, "\(ended)")
            let others = apis == [.ec2] ? ["google", "kubernetes", "policy"] : ["aws", "kubernetes"]
            for area in others { #expect(report.findings.contains { $0.area == area && $0.severity == "ok" }, "\(ended)") }
        }
    }

    @Test func `nothing at all being reachable is told of each cloud`() async throws {
        try await SandboxHarness.run { harness in
            let nowhere = "http://127.0.0.1:9"
            let kubeconfig = harness.directory.appendingPathComponent("nowhere")
            let text = try String(contentsOf: harness.directory.appendingPathComponent("kubeconfig"), encoding: .utf8)
            try Data(text.replacingOccurrences(of: harness.servers.endpoints.kubernetes, with: nowhere).utf8).write(to: kubeconfig)
            let (report, ended) = try await doctor(
                harness,
                adding: [
                    "AWS_ENDPOINT_URL_EC2": nowhere, "AWS_ENDPOINT_URL_STS": nowhere, "AWS_ENDPOINT_URL_RDS": nowhere,
                    "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE": nowhere, "GCE_METADATA_HOST": "127.0.0.1:9", "KUBECONFIG": kubeconfig.path,
                ])
            #expect(!report.ok && Set(report.of("stops").map(\.area)).isSuperset(of: ["aws", "kubernetes", "policy"]), "\(ended)")
        }
    }

    @Test func `a broken key file keeps no other cloud from being asked`() async throws {
        try await SandboxHarness.run { harness in
            let file = harness.directory.appendingPathComponent("broken.json")
            try Data("{".utf8).write(to: file)
            let (report, ended) = try await doctor(harness, adding: ["GOOGLE_APPLICATION_CREDENTIALS": file.path])
            #expect(report.of("stops").map(\.tried) == ["read"], "\(ended)")
            #expect(report.of("stops").first?.resource == "GOOGLE_APPLICATION_CREDENTIALS \(file.path)")
            #expect(report.findings.contains { $0.area == "aws" && $0.severity == "ok" })
            #expect(!report.findings.contains { $0.area == "policy" })
        }
    }

    @Test func `without a cluster the clouds are asked all the same`() async throws {
        try await SandboxHarness.run { harness in
            let (report, ended) = try await doctor(harness, adding: ["KUBECONFIG": ""])
            #expect(report.of("stops").map(\.area) == ["kubernetes"] && report.of("stops").map(\.check) == ["configuration"], "\(ended)")
            #expect(report.findings.contains { $0.area == "google" && $0.severity == "ok" })
        }
    }
}
