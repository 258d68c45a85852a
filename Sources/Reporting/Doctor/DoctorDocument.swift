import FoundationEssentials

/// A doctor's report as JSON, for programs. Keys are sorted and the findings have a fixed order, so the same findings give the same bytes.
///
/// `version` grows when a key or word changes its meaning or goes; readers must pass over those that they don't know. A key marked `?` is
/// left out where it has nothing to say. Sentences (`result`, `advice`, `summary`) are for people and may change at any time.
///
/// | key | value |
/// |---|---|
/// | `version` | 1 |
/// | `ok` | whether nothing was found that stops the loop: then the exit status is 0 |
/// | `summary` | what it comes to |
/// | `findings[]` | by area, subject, check and resource |
///
/// A finding:
///
/// | key | value |
/// |---|---|
/// | `severity`, `area`, `check` | one of the words below |
/// | `subject` | the identity, the place or the policy that it is about |
/// | `tried`, `resource` | the vendor's name of the right or call, and what it was tried on |
/// | `result` | what came back |
/// | `advice?`, `document?` | what to do; a whole file that has to be set for it, such as a trust policy |
///
/// The words:
///
/// | key | word | means |
/// |---|---|---|
/// | `severity` | `ok` | as it should be |
/// | | `warning` | the loop goes on, and something is worse than it has to be |
/// | | `stops` | the loop, or a part of it, does nothing until that is put right |
/// | | `notChecked` | nothing is known of it |
/// | `area` | `aws` | an identity of AWS, in a region |
/// | | `google` | the identity of Google Cloud |
/// | | `kubernetes` | the cluster |
/// | | `policy` | a policy: its addresses and its nodes |
/// | `check` | `configuration` | what the environment or a file says |
/// | | `identity` | who it is, and where the credentials come from |
/// | | `trust` | a token that was refused in exchange for a role |
/// | | `clock` | this machine's clock against the cloud's |
/// | | `scopes` | what access tokens are good for |
/// | | `server` | the API server and its version |
/// | | `right` | one right: allowed or not |
/// | | `securityGroup` | a group's existence and rules |
/// | | `quota` | room in a group, one IP family |
/// | | `sharedGroup` | other policies on the same group |
/// | | `database` | a database behind a group |
/// | | `lease` | the Lease that elects the writer |
/// | | `addresses` | the reserved set |
/// | | `pool` | the nodes that the policy selects |
/// | | `supply` | addresses against nodes, by region and tier |
/// | | `node` | nodes that can't hold an address, and why |
/// | | `ownNode` | the node that this process runs on |
/// | | `startupTaint` | the taint that new nodes start with |
package struct DoctorDocument: Encodable, Sendable {
    package static let version = 1

    let version = DoctorDocument.version
    let ok: Bool
    let summary: String
    let findings: [Item]

    package init(_ report: DoctorReport) {
        ok = report.isOK
        summary = report.summary
        findings = report.findings.map(Item.init)
    }

    /// One JSON document, indented, with a line end. All texts are printable already.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { preconditionFailure("a report holds texts, numbers and booleans only") }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    struct Item: Encodable {
        let severity: String
        let area: String
        let subject: String
        let check: String
        let tried: String
        let resource: String
        let result: String
        let advice: String?
        let document: String?

        init(_ finding: Finding) {
            severity = finding.severity.rawValue
            area = finding.area.rawValue
            subject = finding.subject
            check = finding.check.rawValue
            tried = finding.tried
            resource = finding.resource
            result = finding.result
            advice = finding.advice
            document = finding.document
        }
    }
}
