import FoundationEssentials
import Model
package import Planning

/// A plan as `plan --out` writes it: what it was computed from, what it allows, and the report that was looked at.
///
/// `apply --plan` carries out what it allows and nothing else, and only on a world that is still what the plan was computed from. The digest
/// tells a file that was changed by hand or cut short; it is no signature: who can write the file can write another plan.
package struct SavedPlan: Sendable {
    /// Why a file can't be carried out; a sentence for people.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    package struct Policy: Hashable, Sendable, Codable {
        package let name: String
        package let basis: PlanBasis
        package let scope: PlanScope
    }

    /// Of the file's text, up to this many bytes are read.
    package static let sizeLimit = 64 << 20
    private static let kind = "DrawbridgePlan"
    private static let version = 1

    package let policies: [Policy]
    /// SHA-256 of the policy file's bytes, in hexadecimal.
    package let policyFile: String
    private let document: PlanDocument?

    package init(_ plans: [Plan], policyFile: [UInt8], hash: (_ bytes: [UInt8]) -> String) {
        policies = plans.map { plan in
            Policy(name: plan.policy, basis: PlanBasis(plan, hash: hash), scope: PlanScope(plan))
        }
        self.policyFile = hash(policyFile)
        document = PlanDocument(plans)
    }

    // MARK: Text

    private struct Content: Encodable {
        let kind = SavedPlan.kind
        let version = SavedPlan.version
        let digest = ""
        let policyFile: String
        let policies: [Policy]
        let report: PlanDocument
    }

    private struct Read: Decodable {
        let kind: String
        let version: Int
        let policyFile: String
        let policies: [Policy]
    }

    /// The line of the file in which its digest stands: inside a string there is no line's end.
    private static let field = "\n  \"digest\" : \""

    /// - Returns: JSON with the same bytes for the same plan.
    package func json(hash: (_ bytes: [UInt8]) -> String) -> String {
        guard let document else { preconditionFailure("a plan that was read is not written again") }
        let text = PlanDocument.json(Content(policyFile: policyFile, policies: policies, report: document))
        guard let place = text.firstRange(of: Self.field) else { preconditionFailure("the digest has its line") }
        return text[..<place.upperBound] + hash(Array(text.utf8)) + text[place.upperBound...]
    }

    /// Reads what `json` wrote.
    package init(json text: String, hash: (_ bytes: [UInt8]) -> String) throws(Failure) {
        guard let place = text.firstRange(of: Self.field), let end = text[place.upperBound...].firstIndex(of: "\"") else {
            throw Failure(description: "it is no plan that `drawbridge plan --out` wrote: it has no digest")
        }
        let digest = String(text[place.upperBound..<end])
        guard hash(Array((text[..<place.upperBound] + text[end...]).utf8)) == digest else {
            throw Failure(description: "it was changed after it was written, or cut short; make a new one with `drawbridge plan --out`")
        }
        let read: Read
        do { read = try JSONDecoder().decode(Read.self, from: Data(text.utf8)) } catch {
            throw Failure(description: "it is no plan that this version reads; make a new one with `drawbridge plan --out`")
        }
        guard read.kind == Self.kind, read.version == Self.version else {
            throw Failure(
                description: "it is a \(read.kind) of version \(read.version), this program reads \(Self.kind) of version \(Self.version)")
        }
        (policies, policyFile, document) = (read.policies, read.policyFile, nil)
    }

    // MARK: Comparing

    /// Why it can't be carried out on the world as it is now; empty when it can.
    ///
    /// - Parameters:
    ///   - plans: made just now, of the same policies.
    package func obstacles(_ plans: [Plan], policyFile: [UInt8], hash: (_ bytes: [UInt8]) -> String) -> [String] {
        guard hash(policyFile) == self.policyFile else { return ["the policy file is another one than the plan was made of"] }
        guard plans.map(\.policy) == policies.map(\.name) else { return ["the policies are others than the plan was made of"] }
        var obstacles: [String] = []
        for (plan, saved) in zip(plans, policies) {
            obstacles += plan.unknowns.map { "\(plan.policy): not known whether it still holds: \($0.message)" }
            guard plan.unknowns.isEmpty else { continue }
            obstacles += saved.basis.changes(to: PlanBasis(plan, hash: hash)).map { "\(plan.policy): \($0)" }
        }
        return obstacles.map { Printable.line($0) }
    }
}
