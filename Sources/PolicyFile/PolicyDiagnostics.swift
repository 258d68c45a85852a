internal import YAML

/// Collects what is wrong with a file while it is read.
final class PolicyDiagnostics {
    static let limit = 100

    let file: String
    private(set) var errors: [PolicyFileError] = []
    private(set) var omitted = 0

    /// Whether another report would only be counted, so that its text need not be made.
    var isFull: Bool { errors.count >= PolicyDiagnostics.limit }

    init(file: String) { self.file = file }

    func report(_ mark: YAMLMark, _ path: String, found: String, expected: String) {
        guard !isFull else {
            omitted += 1
            return
        }
        errors.append(
            PolicyFileError(
                file: file, line: mark.line, column: mark.column, path: path, message: "found \(found), expected \(expected)"))
    }

    var failure: PolicyFileErrors? { errors.isEmpty ? nil : PolicyFileErrors(errors, omitted: omitted) }
}
