/// A line split into words as a POSIX shell would, and nothing more of a shell: no variables, no globs, no operators.
///
/// Source: Python 3.11, shlex.split, which botocore splits section names and `credential_process` with.
enum ShellWords {
    /// - Returns: `nil` when a quotation is not closed, or a backslash stands at the end.
    static func split(_ line: String) -> [String]? {
        var words: [String] = []
        var word: String.UnicodeScalarView?
        var quote: Unicode.Scalar?
        var scalars = line.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            switch (scalar, quote) {
            case (_, let open?) where scalar == open: quote = nil
            case ("\\", "\""):
                guard let next = scalars.next() else { return nil }
                if next != "\\" && next != "\"" { word?.append("\\") }
                word?.append(next)
            case (_, .some): word?.append(scalar)
            case ("\\", nil):
                guard let next = scalars.next() else { return nil }
                word = word ?? .init()
                word?.append(next)
            case ("'", nil), ("\"", nil):
                quote = scalar
                word = word ?? .init()
            case (" ", nil), ("\t", nil), ("\r", nil), ("\n", nil):
                if let done = word { words.append(String(done)) }
                word = nil
            default:
                word = word ?? .init()
                word?.append(scalar)
            }
        }
        guard quote == nil else { return nil }
        if let done = word { words.append(String(done)) }
        return words
    }
}
