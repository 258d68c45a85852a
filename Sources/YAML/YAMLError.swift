/// Why bytes are not the YAML that was asked for: where, what stood there, and what could have.
///
/// Holds keys, tags, anchors and single characters of the file at most, never a value: safe to log for files that hold secrets.
package struct YAMLError: Error, Hashable, Sendable {
    package var mark: YAMLMark
    package var found: String
    package var expected: String

    package init(mark: YAMLMark, found: String, expected: String) {
        self.mark = mark
        self.found = found
        self.expected = expected
    }

    package var line: Int { mark.line }
    package var column: Int { mark.column }
    /// The description without the place.
    package var message: String { "found \(found), expected \(expected)" }
}

extension YAMLError: CustomStringConvertible {
    /// `3:7: found a tab, expected spaces`
    package var description: String { "\(mark): \(message)" }
}
