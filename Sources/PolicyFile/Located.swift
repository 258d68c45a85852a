internal import YAML

/// A value that was read, and where it stands.
struct Located<Value> {
    var value: Value
    var mark: YAMLMark
    var path: String

    init(_ value: Value, at field: PolicyField) {
        self.value = value
        mark = field.node.mark
        path = field.path
    }
}
