/// One line of a plan's report: a sign, what it is about, and why.
///
/// Every text of it is printable, whoever wrote it: it can't act on a terminal, end a line or hide.
package struct PlanLine: Hashable, Sendable {
    /// What is to become of the thing.
    package enum Sign: String, Hashable, Sendable {
        case add = "+"
        case remove = "-"
        case change = "~"
        case keep = "="
        /// Due, but held, or wanted and waiting: someone should look.
        case attention = "!"
    }

    package let sign: Sign
    package let columns: [String]
    package let reason: String

    package init(_ sign: Sign, _ columns: [String], _ reason: String) {
        self.sign = sign
        self.columns = columns.map { Printable.line($0) }
        self.reason = Printable.line(reason)
    }

    /// Lines with their columns one beneath the other, whichever cells are empty.
    static func aligned(_ lines: [PlanLine]) -> [String] {
        let count = lines.map(\.columns.count).max() ?? 0
        let widths = (0..<count).map { column in lines.map { $0.columns.count > column ? $0.columns[column].count : 0 }.max() ?? 0
        }
        return lines.map { line in
            var text = line.sign.rawValue + " "
            for (column, width) in widths.enumerated() where width > 0 {
                let cell = line.columns.count > column ? line.columns[column] : ""
                text += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            text += line.reason
            while text.last == " " { text.removeLast() }
            return text
        }
    }
}
