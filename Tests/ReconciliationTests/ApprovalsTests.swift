import Testing

@testable import Reconciliation

/// The lease's annotation of approvals.
@Suite struct ApprovalsTests {
    @Test(
        arguments: [
            (nil, []), ("", []), ("0123456789ab", ["0123456789ab"]), ("0123456789ab,ba9876543210", ["0123456789ab", "ba9876543210"]),
            (" 0123456789ab , ba9876543210,", ["0123456789ab", "ba9876543210"]), ("0123456789ab,0123456789ab", ["0123456789ab"]),
            ("0123456789AB,0123456789abc,xyz,ba9876543210", ["ba9876543210"]), (String(repeating: "0123456789ab,", count: 1000), []),
        ] as [(String?, [String])])
    func `what is no digest is left out, and one digest is a list of one`(annotation: String?, digests: [String]) {
        #expect(Approvals(annotation: annotation).digests == digests)
    }

    @Test func `a digest is added at the end, once, and beyond the limit the oldest goes`() {
        var approvals = Approvals(annotation: "0123456789ab")
        approvals.append("ba9876543210")
        approvals.append("0123456789ab")
        #expect(approvals.annotation == "0123456789ab,ba9876543210")
        for number in 100..<(100 + Approvals.limit) { approvals.append("000000000\(number)") }
        #expect(approvals.digests.count == Approvals.limit && approvals.digests.first == "000000000100")
        #expect(Approvals(annotation: approvals.annotation) == approvals)
    }

    @Test func `what is settled is taken out, and an empty list is no annotation`() {
        let approvals = Approvals(annotation: "0123456789ab,ba9876543210")
        #expect(approvals.without(["0123456789ab", "ffffffffffff"]).annotation == "ba9876543210")
        #expect(approvals.without(["0123456789ab", "ba9876543210"]).annotation == nil)
    }
}
