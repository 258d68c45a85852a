/// A file in the INI dialect of AWS's shared configuration: sections, in order, of keys and values.
///
/// It means what it means to botocore, byte for byte, oddities included: whoever writes such a file tries it with the AWS CLI.
///
/// Source: botocore 1.43, configloader.py, raw_config_parse, and Python 3.11, configparser.RawConfigParser: `#` and `;` begin a
/// comment at the start of a line only; `=` or `:` ends a key; a line that is indented deeper than its key continues the value; a
/// value that begins on the next line is a block of settings; `[DEFAULT]` holds what every section inherits; a section or a key
/// of one name twice is an error.
struct ConfigurationFile: Hashable, Sendable {
    /// What is wrong, with its line.
    struct Failure: Error, Hashable {
        var line: Int
        var message: String
    }

    enum Value: Hashable, Sendable {
        case text(String)
        /// `s3 =`, and indented lines of settings under it.
        case settings([String: String])
    }

    struct Section: Hashable, Sendable {
        /// As it stands between the brackets.
        var name: String
        /// By key, in lower case.
        var values: [String: Value]
    }

    let sections: [Section]

    init() { sections = [] }

    init(_ text: String) throws(Failure) {
        var reader = ConfigurationFileReader()
        for (index, line) in Self.lines(text).enumerated() { try reader.take(line, number: index + 1) }
        sections = try reader.sections()
    }

    /// Lines end with LF, CR LF or CR, and nothing else: Python's universal newlines.
    private static func lines(_ text: String) -> [Substring.UnicodeScalarView] {
        var (lines, afterReturn) = ([Substring.UnicodeScalarView](), false)
        let scalars = text.unicodeScalars[...]
        var start = scalars.startIndex
        for index in scalars.indices {
            let scalar = scalars[index]
            if scalar == "\n" && afterReturn {
                start = scalars.index(after: index)
            } else if scalar == "\n" || scalar == "\r" {
                lines.append(scalars[start..<index])
                start = scalars.index(after: index)
            }
            afterReturn = scalar == "\r"
        }
        lines.append(scalars[start...])
        return lines
    }
}
