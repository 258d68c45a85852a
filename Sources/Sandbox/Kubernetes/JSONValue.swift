/// A JSON document as a value.
///
/// Whole numbers of 64 bits stay whole: a resource's counters and quantities must come back as they were sent.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])
}

extension JSONValue {
    package var string: String? { if case .string(let value) = self { value } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    package var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    package var object: [String: JSONValue]? { if case .object(let value) = self { value } else { nil } }
    package var isNull: Bool { self == .null }

    /// A member of an object. Reading anything else gives `nil`; writing into anything else makes it an object; writing `nil` removes the
    /// member.
    package subscript(key: String) -> JSONValue? {
        get { if case .object(let members) = self { members[key] } else { nil } }
        set {
            var members: [String: JSONValue] = [:]
            if case .object(let present) = self {
                members = present
                self = .null
            }
            members[key] = newValue
            self = .object(members)
        }
    }

    /// The value at the end of a path of object members.
    package subscript(path path: [String]) -> JSONValue? {
        get {
            var value = self
            for key in path {
                guard let next = value[key] else { return nil }
                value = next
            }
            return value
        }
        set {
            guard let first = path.first else { return }
            guard path.count > 1 else {
                self[first] = newValue
                return
            }
            var child = self[first] ?? .object([:])
            if newValue == nil, self[first] == nil { return }
            child[path: Array(path.dropFirst())] = newValue
            self[first] = child
        }
    }
}

// Not by `nil`: it would be taken for `.null` where the absence of a value is meant.
extension JSONValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }

    /// An object of texts.
    package init(_ texts: [String: String]) { self = .object(texts.mapValues(JSONValue.string)) }
}
