import XML

extension XMLElement {
    /// The text of the first child of that name; `nil` where there is none, or an empty one.
    func value(_ name: String) -> String? {
        guard let text = text(name), !text.isEmpty else { return nil }
        return text
    }
}
