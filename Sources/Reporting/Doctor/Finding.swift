/// One thing that the doctor looked at: what was tried, on what, what came back, and what to do.
///
/// Every text of it is printable, whoever wrote it; a document keeps its lines.
package struct Finding: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable, CaseIterable {
        case ok
        /// The loop goes on, and something is worse than it has to be.
        case warning
        /// The loop, or a part of it, does nothing until that is put right.
        case stops
        /// Nothing is known of it: the right to ask is missing or was not given on purpose, or what it depends on failed.
        case notChecked
    }

    /// Whose it is; in the order of a report.
    package enum Area: String, Hashable, Sendable, CaseIterable {
        case aws, google, kubernetes, policy
    }

    /// What was looked at; in the order of a report.
    package enum Check: String, Hashable, Sendable, CaseIterable {
        case configuration, identity, trust, clock, scopes, server, right, securityGroup, quota, sharedGroup, database, lease, addresses,
            pool, supply, node, ownNode, startupTaint
    }

    package let severity: Severity
    package let area: Area
    /// The identity, the place or the policy that it is about.
    package let subject: String
    package let check: Check
    /// The vendor's name of a right or a call, or what was compared.
    package let tried: String
    package let resource: String
    package let result: String
    package let advice: String?
    /// A whole file to be set somewhere, such as a trust policy.
    package let document: String?

    package init(
        _ severity: Severity, _ area: Area, _ subject: String, _ check: Check, tried: String, on resource: String, result: String,
        advice: String? = nil, document: String? = nil
    ) {
        self.severity = severity
        self.area = area
        self.subject = Printable.line(subject)
        self.check = check
        self.tried = Printable.line(tried)
        self.resource = Printable.line(resource)
        self.result = Printable.line(result)
        self.advice = advice.map(Printable.line)
        self.document = document.map { text in
            text.split(separator: "\n", omittingEmptySubsequences: false).map { Printable.line(String($0)) }.joined(separator: "\n")
        }
    }
}

extension Finding: Comparable {
    package static func < (a: Finding, b: Finding) -> Bool {
        if (a.area.place, a.subject, a.check.place) != (b.area.place, b.subject, b.check.place) {
            return (a.area.place, a.subject, a.check.place) < (b.area.place, b.subject, b.check.place)
        }
        if (a.resource, a.tried, a.result) != (b.resource, b.tried, b.result) {
            return (a.resource, a.tried, a.result) < (b.resource, b.tried, b.result)
        }
        return (a.severity.rawValue, a.advice ?? "", a.document ?? "") < (b.severity.rawValue, b.advice ?? "", b.document ?? "")
    }
}

extension CaseIterable where Self: Equatable {
    fileprivate var place: Int { Array(Self.allCases).firstIndex(of: self) ?? 0 }
}
