import Fixtures
import Foundation
import Model
import Planning
import Reporting
import Testing

@Suite struct `The report of a plan` {
    static let names = PlanCases.all.keys.sorted()

    private func plans(_ name: String) throws -> [Plan] { try #require(PlanCases.all[name]) }
    private func text(_ plans: [Plan], colored: Bool = false) -> String {
        plans.map { PlanReport($0).text(colored: colored) }.joined(separator: "\n")
    }
    private func markdown(_ plans: [Plan]) -> String { plans.map { PlanReport($0).markdown }.joined(separator: "\n") }

    @Test(arguments: names)
    func `reads as recorded`(name: String) throws {
        let plans = try plans(name)
        for (ending, report) in [("txt", text(plans)), ("md", markdown(plans)), ("json", PlanDocument(plans).json)] {
            #expect(try Golden.expected("\(name).\(ending)", recording: report) == report)
        }
    }

    @Test(.enabled(if: !Golden.isRecording, "recordings are being written")) func `no recording is left over`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Golden.folder.path)
        let pages = files.filter { $0.hasSuffix(".html") }
        #expect(Set(files).subtracting(pages) == Set(Self.names.flatMap { ["\($0).txt", "\($0).md", "\($0).json"] }))
        #expect(Set(pages.map { String($0.dropLast(5)) }).isSubset(of: Self.names))
    }

    @Test(arguments: names)
    func `holds nothing that a terminal acts on or hides`(name: String) throws {
        let plans = try plans(name)
        for report in [text(plans), markdown(plans), PlanDocument(plans).json] {
            let hidden = report.unicodeScalars.filter { scalar in
                scalar != "\n"
                    && (scalar.properties.isDefaultIgnorableCodePoint
                        || [.control, .format, .lineSeparator, .paragraphSeparator]
                            .contains(scalar.properties.generalCategory))
            }
            #expect(hidden.isEmpty)
        }
    }

    @Test(arguments: names)
    func `says the same in colour`(name: String) throws {
        let plans = try plans(name)
        let colored = text(plans, colored: true)
        #expect(colored.contains("\u{1B}[1m"))
        #expect(colored.replacing(/\u{1B}\[[0-9]{1,2}m/, with: "") == text(plans))
    }

    @Test(arguments: names)
    func `has its columns one beneath the other`(name: String) throws {
        for plan in try plans(name) {
            let report = PlanReport(plan)
            let lines = text([plan]).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            for section in report.sections {
                let start = try #require(lines.firstIndex(of: section.title)) + 1
                let shown = Array(lines[start..<start + section.lines.count])
                let starts = zip(section.lines, shown).map { line, text in text.count - line.reason.count }
                #expect(Set(starts).count <= 1, "\(section.title)")
                for (line, text) in zip(section.lines, shown) {
                    #expect(text.hasSuffix(line.reason) && text.hasPrefix("  \(line.sign.rawValue) "))
                }
            }
            #expect(lines.allSatisfy { $0.last != " " })
        }
    }

    @Test(arguments: names)
    func `keeps Markdown's fences shut`(name: String) throws {
        var fence: Substring?
        var fenced = 0
        for line in markdown(try plans(name)).split(separator: "\n", omittingEmptySubsequences: false) {
            let ticks = line.drop { $0 == " " }.prefix { $0 == "`" }
            if let open = fence {
                if ticks.count >= open.count {
                    #expect(line == open)
                    fence = nil
                } else {
                    #expect("+-~=!#".contains(line.first ?? "?"))
                }
            } else if ticks.count >= 3 {
                #expect(line == ticks + "diff")
                (fence, fenced) = (ticks, fenced + 1)
            } else {
                #expect(
                    line.isEmpty || ["## ", "### ", "- `", "Plan: ", "Suspended, "].contains { line.hasPrefix($0) }, "\(line)")
            }
        }
        #expect(fence == nil && fenced >= 2)
    }

    @Test func `a run of backticks can't end what it stands in`() {
        let report = PlanReport(PlanCases.hostile).markdown
        #expect(report.contains("\n````diff\n"))
        #expect(report.contains("\n- ```` Not known"))
    }

    @Test func `does not depend on the order of the readings`() {
        let addresses = (1...15).map { Fixture.address($0) }
        let rules = (1...10).map { Fixture.ownRule($0) } + (1...4).map { Fixture.rule("sgr-\($0)", "192.0.2.\($0)/32") }
        let nodes = (1...20).map { Fixture.node($0) }
        let a = PlanCases.plan(Fixture.policy(), Fixture.observation(addresses: addresses, nodes: nodes, rules: rules))
        let b = PlanCases.plan(
            Fixture.policy(),
            Fixture.observation(addresses: addresses.reversed(), nodes: nodes.reversed(), rules: rules.reversed()))
        #expect(text([a]) == text([b]) && markdown([a]) == markdown([b]) && PlanDocument([a]).json == PlanDocument([b]).json)
    }
}
