import ArgumentParser
import Reporting

/// How a doctor's report is printed.
enum DoctorFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    case text, json

    func print(_ report: DoctorReport, colored: Bool) {
        switch self {
        case .text: Console.report(report.text(colored: colored))
        case .json: Console.report(DoctorDocument(report).json)
        }
    }
}
