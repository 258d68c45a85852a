import Foundation
import Model
import Reporting
import Testing

/// The files in `policies/` are what the code renders for their placeholders, to the byte.
@Suite struct `The shipped documents of rights` {
    private static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("policies")

    private static func file(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
    }

    private static let group = SecurityGroupReference(id: "${SECURITY_GROUP_ID}", region: "${REGION}")
    private static let account = ClusterServiceAccount(
        project: "${PROJECT_ID}", location: "${CLUSTER_LOCATION}", cluster: "${CLUSTER_NAME}", namespace: "${NAMESPACE}",
        name: "${SERVICE_ACCOUNT_NAME}")

    static let rendered: [String: String] = [
        "aws-permissions.json": AWSPermissionsPolicy(groups: [group], assuming: [], accountID: "${ACCOUNT_ID}", partition: "aws").json,
        "aws-assume-role.json":
            AWSPermissionsPolicy(groups: [], assuming: ["${ROLE_ARN}"], accountID: "${ACCOUNT_ID}", partition: "aws").json,
        "aws-doctor.json":
            AWSPermissionsPolicy.diagnosis(regions: ["${REGION}"], accountID: "${ACCOUNT_ID}", partition: "aws").json,
        "aws-trust-gke-oidc.json": account.trustPolicy(accountID: "${ACCOUNT_ID}", partition: "aws").json,
        "aws-trust-google.json":
            AWSTrustPolicy.google(audiences: ["${AUDIENCE}"], uniqueID: "${GOOGLE_SERVICE_ACCOUNT_UNIQUE_ID}").json,
        "aws-trust-role.json": AWSTrustPolicy.role(takenBy: "${CALLER_ROLE_ARN}", externalIDs: ["${EXTERNAL_ID}"]).json,
    ]

    @Test func `are all that stand there, and each is what the code renders`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0.hasSuffix(".json") }
        #expect(Set(names) == Set(Self.rendered.keys))
        for name in names { #expect(try Self.file(name) == Self.rendered[name], "\(name)") }
    }

    @Test func `leave nothing to fill in but what has a name in the code`() throws {
        for (name, text) in Self.rendered {
            let found = text.matches(of: /\$\{([^}]*)\}/).map { String($0.output.1) }
            #expect(found.allSatisfy { RightsPlaceholder(rawValue: $0) != nil }, "\(name): \(found)")
            #expect(Set(RightsPlaceholder.all(in: text).map(\.rawValue)) == Set(found))
        }
        let all = Self.rendered.values.joined()
        #expect(RightsPlaceholder.all(in: all) == RightsPlaceholder.allCases)
    }

    @Test func `the Google role is the file, its comments aside`() throws {
        let lines = try Self.file("gcp-role.yaml").split(separator: "\n", omittingEmptySubsequences: false)
        let body = lines.drop { $0.hasPrefix("#") }.joined(separator: "\n")
        #expect(GoogleCustomRole(bindsNodes: true).yaml == body)
    }
}
