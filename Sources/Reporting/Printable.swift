/// Other people's text (rule descriptions, self links, servers' messages) made fit to be shown.
///
/// Terminals act on control characters, and invisible and direction-changing ones make a line look like another: both are shown
/// as escapes, such as `\u{1B}`.
package enum Printable {
    /// Characters of a line's reason, or of another text, at most.
    static let limit = 2000

    /// On one line, bounded, with nothing in it that a terminal acts on or does not show.
    package static func line(_ text: String) -> String { bounded(text, limit: limit, quoting: false) }

    /// `line` without its bound.
    package static func whole(_ text: String) -> String { bounded(text, limit: .max, quoting: false) }

    /// In quotation marks; what it holds of those is escaped, so that the end of the quotation is where it seems to be.
    static func quoted(_ text: String) -> String { "\"\(bounded(text, limit: 255, quoting: true))\"" }

    private static func bounded(_ text: String, limit: Int, quoting: Bool) -> String {
        // Nearly every text: names, addresses, our own sentences.
        if !quoting, text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
        var result = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            guard index < limit else { return result + "…" }
            if isHidden(scalar) {
                result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else if quoting && (scalar == "\"" || scalar == "\\") {
                result += "\\\(scalar)"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Whether a scalar is a control, changes direction, is invisible, or changes the character before it.
    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        case .nonspacingMark, .enclosingMark: true
        case .spaceSeparator: scalar != " "
        default: scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
