/// A value of a YAML document, and where it stands.
package struct YAMLNode: Hashable, Sendable {
    package enum Style: Hashable, Sendable {
        /// Without quotes: the core schema decides whether it is a string, a number, a Boolean or null.
        case plain
        /// In quotes, a block scalar (`|`, `>`), or tagged `!!str`: a string, whatever it looks like.
        case quoted
    }

    package typealias Entry = (key: YAMLNode, value: YAMLNode)

    package enum Value: Sendable {
        case scalar(String, Style)
        case sequence([YAMLNode])
        /// In the order of the file. Keys are scalars, and no two are equal.
        case mapping([Entry])
    }

    package var value: Value
    /// The first character.
    package var mark: YAMLMark

    package init(value: Value, mark: YAMLMark) {
        self.value = value
        self.mark = mark
    }

    /// The entry's value in a mapping; `nil` when there is none, or when this is no mapping.
    package subscript(key: String) -> YAMLNode? {
        entries?.first { $0.key.text == key }?.value
    }

    /// The elements of a sequence; `nil` for anything else.
    package var elements: [YAMLNode]? {
        if case .sequence(let elements) = value { elements } else { nil }
    }

    /// The entries of a mapping; `nil` for anything else.
    package var entries: [Entry]? {
        if case .mapping(let entries) = value { entries } else { nil }
    }

    /// A scalar's characters, whatever its type; `nil` for a collection.
    package var text: String? {
        if case .scalar(let text, _) = value { text } else { nil }
    }
}

extension YAMLNode.Value: Hashable {
    package static func == (a: Self, b: Self) -> Bool {
        switch (a, b) {
        case (.scalar(let a, let aStyle), .scalar(let b, let bStyle)): a == b && aStyle == bStyle
        case (.sequence(let a), .sequence(let b)): a == b
        case (.mapping(let a), .mapping(let b)): a.elementsEqual(b) { $0.key == $1.key && $0.value == $1.value }
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .scalar(let text, let style):
            hasher.combine(text)
            hasher.combine(style)
        case .sequence(let elements): hasher.combine(elements)
        case .mapping(let entries):
            for entry in entries {
                hasher.combine(entry.key)
                hasher.combine(entry.value)
            }
        }
    }
}
