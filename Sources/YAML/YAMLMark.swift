/// A place in a YAML file, as editors count: lines and characters (not bytes) from 1, a leading byte-order mark not counted.
package struct YAMLMark: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (a: Self, b: Self) -> Bool { (a.line, a.column) < (b.line, b.column) }

    /// `LINE:COLUMN`
    package var description: String { "\(line):\(column)" }
}
