/// A file in the INI dialect of AWS's shared configuration: sections of keys and values.
///
/// Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files", file format: `#` and `;` begin a comment at
/// the start of a line, and after white space in a value; indented lines are sub-settings of the key above; later values win.
struct ConfigurationFile: Hashable, Sendable {
    /// What is wrong, with its line.
    struct Failure: Error, Hashable {
        var line: Int
        var message: String
    }

    private(set) var sections: [String: [String: String]] = [:]

    init() {}

    init(_ text: String) throws(Failure) {
        var section: String?
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = Self.trimmed(raw)
            if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
            if line.hasPrefix("[") {
                guard let end = line.firstIndex(of: "]") else {
                    throw Failure(line: index + 1, message: "a section that begins with [ and has no ]")
                }
                let words = line[line.index(after: line.startIndex)..<end].split(whereSeparator: \.isWhitespace)
                section = words.joined(separator: " ")
                sections[section!, default: [:]].merge([:]) { $1 }
                continue
            }
            // A sub-setting (`s3 =` and indented lines under it): nothing that is read here has any.
            if raw.first?.isWhitespace == true { continue }
            guard let section, let equals = line.firstIndex(of: "=") else {
                throw Failure(line: index + 1, message: "neither [section] nor key = value")
            }
            let key = Self.trimmed(line[..<equals]).lowercased()
            sections[section]![key] = Self.withoutComment(Self.trimmed(line[line.index(after: equals)...]))
        }
    }

    private static func trimmed(_ text: some StringProtocol) -> Substring {
        var rest = Substring(text)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }

    private static func withoutComment(_ value: Substring) -> String {
        var previous: Character = " "
        for index in value.indices {
            let character = value[index]
            if character == "#" || character == ";", previous.isWhitespace { return String(trimmed(value[..<index])) }
            previous = character
        }
        return String(value)
    }
}
