/// A file in the INI dialect of AWS's shared configuration: sections of keys and values.
///
/// Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files", and botocore 1.43, configloader.py: `#`
/// and `;` begin a comment at the start of a line only; indented lines are sub-settings of the key above, and left out; section
/// and key of one name twice are an error.
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
                let name = words.joined(separator: " ")
                guard sections.updateValue([:], forKey: name) == nil else {
                    throw Failure(line: index + 1, message: "the section [\(Self.shown(name))] for the second time")
                }
                section = name
                continue
            }
            // A sub-setting (`s3 =` and indented lines under it): nothing that is read here has any.
            if raw.first?.isWhitespace == true { continue }
            guard let section, let equals = line.firstIndex(of: "=") else {
                throw Failure(line: index + 1, message: "neither [section] nor key = value")
            }
            let key = Self.trimmed(line[..<equals]).lowercased()
            guard sections[section]?[key] == nil else {
                throw Failure(line: index + 1, message: "\(Self.shown(key)) for the second time in [\(Self.shown(section))]")
            }
            sections[section]?[key] = String(Self.trimmed(line[line.index(after: equals)...]))
        }
    }

    /// A name as a message shows it: bounded, and without what a terminal acts on.
    private static func shown(_ name: String) -> String {
        let isCut = name.unicodeScalars.count > 80
        let scalars = name.unicodeScalars.prefix(80).map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: " "
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(scalars)) + (isCut ? "…" : "")
    }

    private static func trimmed(_ text: some StringProtocol) -> Substring {
        var rest = Substring(text)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
