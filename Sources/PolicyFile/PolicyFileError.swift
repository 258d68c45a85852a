/// One thing that is wrong with a policy file, and where.
package struct PolicyFileError: Hashable, Sendable {
    /// The file's name as it was given.
    package var file: String
    /// From 1; 0 when the file as a whole could not be read.
    package var line: Int
    /// In characters, from 1; 0 when the file as a whole could not be read.
    package var column: Int
    /// The value's place in its document, such as `spec.securityGroups[0].ports[0].port`; empty for malformed YAML and unreadable files.
    package var path: String
    /// What was found, and what was expected. One line.
    package var message: String
}

extension PolicyFileError: CustomStringConvertible {
    /// `FILE:LINE:COLUMN: spec.securityGroups[0].ports[0].port: found "abc", expected a port number from 0 to 65535`
    package var description: String {
        let place = line > 0 ? "\(file):\(line):\(column): " : "\(file): "
        return place + (path.isEmpty ? "" : "\(path): ") + message
    }
}

extension PolicyFileError: Comparable {
    package static func < (a: Self, b: Self) -> Bool {
        (a.line, a.column, a.path, a.message) < (b.line, b.column, b.path, b.message)
    }
}
