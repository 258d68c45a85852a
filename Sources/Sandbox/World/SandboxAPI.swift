/// The embedded clouds' front ends.
package enum SandboxAPI: String, Hashable, Sendable, CaseIterable, Codable {
    case compute, metadata, oauth, ec2, sts, rds, kubernetes
}
