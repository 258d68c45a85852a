/// What could not be seen: alerts that it covers are neither raised nor resolved, since absence from the conditions says nothing.
package struct Undetermined: Hashable, Sendable {
    package var kinds: Set<AlertKind>
    /// Only those with this label; `nil`: all of the kinds.
    package var label: String?
    package var value: String?

    package init(_ kinds: Set<AlertKind>) { self.kinds = kinds }

    package init(_ kinds: Set<AlertKind>, where label: String, is value: String) {
        self.kinds = kinds
        self.label = label
        self.value = value
    }

    package func covers(_ kind: AlertKind, _ labels: [String: String]) -> Bool {
        kinds.contains(kind) && label.map { labels[$0] == value } ?? true
    }
}
