/// Takes the lines of a `ConfigurationFile`, one by one.
struct ConfigurationFileReader {
    private struct Option {
        var key: String
        var line: Int
        /// The value's first line, and those that continue it.
        var value: [String]
    }

    private struct Part {
        var name: String
        var options: [Option] = []
    }

    /// What all sections inherit. Source: configparser, default_section.
    private var defaults = Part(name: "DEFAULT")
    private var parts: [Part] = []
    private var names: Set<String> = []
    /// The keys of the section under way.
    private var keys: Set<String> = []
    private var defaultKeys: Set<String> = []
    private var isInDefaults = false
    /// Whether a value is under way that an indented line would continue, and how deep its key stands.
    private var hasOption = false
    private var indent = 0

    mutating func take(_ line: Substring.UnicodeScalarView, number: Int) throws(ConfigurationFile.Failure) {
        let text = Self.trimmed(line)
        guard let first = text.first else {
            if hasOption { continueValue("") }
            return
        }
        if first == "#" || first == ";" { return }
        let depth = line.prefix(while: Self.isSpace).count
        if hasOption, depth > indent { return continueValue(String(text)) }
        indent = depth
        if let name = Self.section(text) { return try open(name, number) }
        guard isInDefaults || !parts.isEmpty else {
            let message = first == "[" ? "a section that begins with [ and has no ]" : "neither [section] nor key = value"
            throw .init(line: number, message: message)
        }
        try option(text, number)
    }

    /// `[name]`, up to the last bracket; what follows it is passed over.
    private static func section(_ text: Substring.UnicodeScalarView) -> String? {
        guard text.first == "[", let end = text.lastIndex(of: "]") else { return nil }
        let name = text[text.index(after: text.startIndex)..<end]
        return name.isEmpty ? nil : String(name)
    }

    private mutating func open(_ name: String, _ number: Int) throws(ConfigurationFile.Failure) {
        hasOption = false
        isInDefaults = name == defaults.name
        guard !isInDefaults else { return }
        guard names.insert(name).inserted else {
            throw .init(line: number, message: "the section [\(Self.shown(name))] for the second time")
        }
        keys = []
        parts.append(Part(name: name))
    }

    private mutating func option(_ text: Substring.UnicodeScalarView, _ number: Int) throws(ConfigurationFile.Failure) {
        guard let delimiter = text.firstIndex(where: { $0 == "=" || $0 == ":" }), delimiter > text.startIndex else {
            throw .init(line: number, message: "neither [section] nor key = value")
        }
        let key = String(Self.trimmed(text[..<delimiter])).lowercased()
        let isNew = isInDefaults ? defaultKeys.insert(key).inserted : keys.insert(key).inserted
        guard isNew else {
            let name = isInDefaults ? defaults.name : parts[parts.count - 1].name
            throw .init(line: number, message: "\(Self.shown(key)) for the second time in [\(Self.shown(name))]")
        }
        let value = String(Self.trimmed(text[text.index(after: delimiter)...]))
        hasOption = true
        let option = Option(key: key, line: number, value: [value])
        if isInDefaults { defaults.options.append(option) } else { parts[parts.count - 1].options.append(option) }
    }

    private mutating func continueValue(_ text: String) {
        if isInDefaults {
            defaults.options[defaults.options.count - 1].value.append(text)
        } else {
            let last = parts.count - 1
            parts[last].options[parts[last].options.count - 1].value.append(text)
        }
    }

    func sections() throws(ConfigurationFile.Failure) -> [ConfigurationFile.Section] {
        let inherited = try Self.values(defaults)
        var sections: [ConfigurationFile.Section] = []
        for part in parts {
            sections.append(.init(name: part.name, values: try Self.values(part).merging(inherited) { own, _ in own }))
        }
        return sections
    }

    private static func values(_ part: Part) throws(ConfigurationFile.Failure) -> [String: ConfigurationFile.Value] {
        var values: [String: ConfigurationFile.Value] = [:]
        for option in part.options {
            var lines = option.value
            while let last = lines.last, last.isEmpty, lines.count > 1 { lines.removeLast() }
            let isBlock = lines.count > 1 && lines[0].isEmpty
            values[option.key] = isBlock ? .settings(try settings(lines, from: option.line)) : .text(lines.joined(separator: "\n"))
        }
        return values
    }

    private static func settings(_ lines: [String], from number: Int) throws(ConfigurationFile.Failure) -> [String: String] {
        var settings: [String: String] = [:]
        for (index, line) in lines.enumerated() where !line.isEmpty {
            let scalars = line.unicodeScalars
            guard let equals = scalars.firstIndex(of: "=") else {
                throw .init(line: number + index, message: "a setting without =")
            }
            settings[String(trimmed(scalars[..<equals]))] = String(trimmed(scalars[scalars.index(after: equals)...]))
        }
        return settings
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

    /// What Python's `str.strip` takes off.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
    }

    private static func trimmed(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
        var rest = text
        while let first = rest.first, isSpace(first) { rest.removeFirst() }
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return rest
    }
}
