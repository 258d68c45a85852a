import Model
import PolicyFile

/// Policy files: accepted, or refused with places that are in the file.
enum PolicyDriver {
    static func run(_ input: [UInt8]) throws {
        do {
            let policies = try PolicyFile.parse(input, name: "p.yaml")
            try require((1...100).contains(policies.count), "\(policies.count) policies")
        } catch let failure as PolicyFileErrors {
            try check(failure, input)
        }
    }

    private static func check(_ failure: PolicyFileErrors, _ input: [UInt8]) throws {
        let text = failure.description
        try checkPrintable(text, lines: true)
        try require((1...100).contains(failure.errors.count), "\(failure.errors.count) errors")
        let lineCount = text.split(separator: "\n", omittingEmptySubsequences: false).count
        try require(lineCount == failure.errors.count + (failure.omitted > 0 ? 1 : 0), "errors and lines don't agree: \(text)")
        let widths = widths(input)
        for error in failure.errors {
            try require((1...widths.count).contains(error.line), "line \(error.line) of \(widths.count): \(error)")
            let width = widths[error.line - 1]
            try require((1...width + 1).contains(error.column), "column \(error.column) of \(width): \(error)")
            try require(error.description.utf8.count <= 4096, "an error of \(error.description.utf8.count) bytes")
        }
    }

    /// The length of each line, in characters, with YAML's line breaks.
    private static func widths(_ input: [UInt8]) -> [Int] {
        var widths = [0]
        var previous: Unicode.Scalar?
        for scalar in String(decoding: input, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": widths.append(0)
            default: widths[widths.count - 1] += 1
            }
            previous = scalar
        }
        return widths
    }
}
