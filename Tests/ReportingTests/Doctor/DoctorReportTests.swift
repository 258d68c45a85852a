import Foundation
import Reporting
import Testing

@Suite struct `A doctor's report` {
    private func finding(
        _ severity: Finding.Severity, _ area: Finding.Area = .aws, _ subject: String = "here", check: Finding.Check = .right,
        on resource: String = "sg-1", result: String = "so", advice: String? = nil, document: String? = nil
    ) -> Finding {
        Finding(
            severity, area, subject, check, tried: "ec2:X", on: resource, result: result, advice: advice, document: document)
    }

    private var all: [Finding] {
        [
            finding(.ok, .policy, "orders-db", check: .supply), finding(.stops, advice: "allow it"), finding(.warning, check: .quota),
            finding(.notChecked, .google), finding(.ok, .kubernetes, check: .identity), finding(.ok, check: .identity),
            finding(.stops, on: "sg-0", document: "{\n  \"a\": 1\n}\n"),
        ]
    }

    @Test func `has one order, whichever way the findings came`() {
        let report = DoctorReport(all)
        #expect(report.findings.map(\.area) == [.aws, .aws, .aws, .aws, .google, .kubernetes, .policy])
        #expect(report.findings.map(\.check).prefix(4) == [.identity, .right, .right, .quota])
        for _ in 0..<20 {
            let again = DoctorReport((all + all).shuffled())
            #expect(again == report)
            #expect(again.text(colored: false) == report.text(colored: false))
            #expect(DoctorDocument(again).json == DoctorDocument(report).json)
        }
    }

    @Test func `is ok unless something stops the loop`() {
        #expect(!DoctorReport(all).isOK)
        #expect(DoctorReport(all).summary == "2 findings stop the loop; besides 1 warning, 1 not checked, 3 ok; not proven: ec2:X on sg-1.")
        let rest = DoctorReport(all.filter { $0.severity != .stops })
        #expect(
            rest.isOK && rest.summary == "Nothing was found that stops the loop: 1 warning, 1 not checked, 3 ok; not proven: ec2:X on sg-1."
        )
        #expect(DoctorReport([]).isOK)
    }

    @Test func `names the rights that nothing has proven, so far as a sentence bears`() {
        let rights = (1...7).map { finding(.notChecked, on: "sg-\($0)") }
        let summary = DoctorReport(rights + [finding(.notChecked, check: .database), finding(.ok, on: "sg-8")]).summary
        #expect(
            summary
                == "Nothing was found that stops the loop: 8 not checked, 1 ok; not proven: ec2:X on sg-1, ec2:X on sg-2, ec2:X on sg-3, "
                + "ec2:X on sg-4, ec2:X on sg-5 and 2 more.")
        #expect(DoctorReport([finding(.notChecked, check: .database)]).summary.hasSuffix(": 1 not checked, 0 ok."))
    }

    @Test func `shows each subject once, what to do beneath, and a document line by line`() {
        let text = DoctorReport(all).text(colored: false)
        #expect(text.components(separatedBy: "AWS: here\n").count == 2)
        #expect(text.contains("  STOPS        ec2:X  sg-1  so\n               → allow it\n"), "\(text)")
        #expect(text.contains("\n                 {\n                   \"a\": 1\n                 }\n"), "\(text)")
        #expect(!text.contains("\u{1B}"))
        #expect(DoctorReport(all).text(colored: true).contains("\u{1B}[31m  STOPS"))
    }

    @Test func `what others wrote moves no cursor and starts no line`() {
        let hostile = "a\u{1B}[2Jb\nSTOPS\u{202E}"
        let report = DoctorReport([
            finding(.ok, .aws, hostile, on: hostile, result: hostile, advice: hostile, document: "x\u{1B}y\nz")
        ])
        for text in [report.text(colored: false), DoctorDocument(report).json] {
            #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}") && !text.contains("\nSTOPS"), "\(text)")
        }
    }

    private func object() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(DoctorDocument(DoctorReport(all)).json.utf8)) as? [String: Any])
    }

    @Test func `is JSON with version, verdict and findings`() throws {
        let value = try object()
        #expect(value["version"] as? Int == 1 && value["ok"] as? Bool == false)
        let findings = try #require(value["findings"] as? [[String: Any]])
        #expect(findings.count == all.count)
        #expect(findings[1]["document"] as? String == "{\n  \"a\": 1\n}\n" && findings[1]["advice"] == nil)
    }

    @Test func `has the keys and words that its reference lists, and no others`() throws {
        let root = Golden.folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let source = try String(contentsOf: root.appendingPathComponent("Sources/Reporting/Doctor/DoctorDocument.swift"), encoding: .utf8)
        let lines = source.split(separator: "\n").filter { $0.hasPrefix("///") }.map(String.init)
        let named = Set(lines.joined(separator: "\n").matches(of: /`([A-Za-z]+)[?\[\]]*`/).map { String($0.1) })
        let value = try object()
        let findings = try #require(value["findings"] as? [[String: Any]])
        for keys in [Array(value.keys)] + findings.map({ Array($0.keys) }) { #expect(Set(keys).subtracting(named) == []) }
        var listed: [String: Set<String>] = [:]
        var key = ""
        for line in lines {
            guard let row = line.wholeMatch(of: /\/\/\/ \| (.*) ?\| `([A-Za-z]+)` \| .* \|/) else { continue }
            let cell = row.1.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
            if !cell.isEmpty { key = cell }
            listed[key, default: []].insert(String(row.2))
        }
        #expect(
            listed == [
                "severity": Set(Finding.Severity.allCases.map(\.rawValue)), "area": Set(Finding.Area.allCases.map(\.rawValue)),
                "check": Set(Finding.Check.allCases.map(\.rawValue)),
            ])
    }
}
