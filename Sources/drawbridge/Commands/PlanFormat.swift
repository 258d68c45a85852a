import ArgumentParser
import Planning
import Reporting

/// How a plan is printed.
enum PlanFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    case text, json, markdown, html

    func print(_ plans: [Plan], colored: Bool) {
        switch self {
        case .text: Console.report(plans.map { PlanReport($0).text(colored: colored) }.joined(separator: "\n"))
        case .markdown: Console.report(plans.map { PlanReport($0).markdown }.joined(separator: "\n"))
        case .json: Console.report(PlanDocument(plans).json)
        case .html: Console.report(PlanPage(plans).html)
        }
    }
}
