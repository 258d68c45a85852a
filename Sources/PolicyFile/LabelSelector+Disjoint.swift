internal import Model

extension LabelSelector {
    /// Whether two of their requirements on one key rule each other out, so that no node, whatever its labels, matches both selectors.
    ///
    /// Looks at two requirements at a time: what only three together rule out is not seen, and counts as possible.
    func isProvablyDisjoint(from other: LabelSelector) -> Bool {
        requirements.contains { a in other.requirements.contains { b in a.key == b.key && a.rulesOut(b) } }
    }
}

extension LabelSelector.Requirement {
    fileprivate func rulesOut(_ other: Self) -> Bool {
        switch (self.operator, other.operator) {
        case (.in, .in): Set(values).isDisjoint(with: other.values)
        case (.in, .notIn): Set(values).isSubset(of: other.values)
        case (.notIn, .in): Set(other.values).isSubset(of: values)
        case (.in, .doesNotExist), (.exists, .doesNotExist), (.doesNotExist, .in), (.doesNotExist, .exists): true
        default: false
        }
    }
}
