/// A JSON Patch. Source: RFC 6902; RFC 6901 for the pointers.
struct JSONPatch {
    enum Failure: Error, Hashable {
        case malformed(String)
        case tooLong(Int)
        /// An operation's path leads nowhere, or a `test` failed.
        case inapplicable(String)
    }

    /// Operations in one patch. Source: apiserver pkg/endpoints/handlers/patch.go, maxJSONPatchOperations.
    static let limit = 10_000
    /// Members in one path.
    private static let pathLimit = 64
    /// Bytes that all `copy` operations may copy: repeated, they would double the document each time.
    private static let copyLimit = 256 << 10

    private let operations: [JSONValue]

    init(_ body: JSONValue) throws(Failure) {
        guard let operations = body.array else { throw .malformed("a JSON patch is an array") }
        guard operations.count <= JSONPatch.limit else { throw .tooLong(operations.count) }
        self.operations = operations
    }

    func applied(to document: JSONValue) throws(Failure) -> JSONValue {
        var document = document
        var copied = 0
        for operation in operations {
            guard let name = operation["op"]?.string else { throw .malformed("an operation without op") }
            let path = try pointer(operation["path"])
            switch name {
            case "add": try set(&document, path[...], try value(operation), .add)
            case "replace": try set(&document, path[...], try value(operation), .replace)
            case "remove": _ = try remove(&document, path[...])
            case "test":
                let present = try? read(document, path[...])
                guard (present ?? .null) == (operation["value"] ?? .null) else { throw .inapplicable("test failed") }
            case "copy":
                let value = try read(document, try pointer(operation["from"])[...])
                copied += value.json.count
                guard copied <= JSONPatch.copyLimit else { throw .inapplicable("too much is copied") }
                try set(&document, path[...], value, .add)
            case "move":
                let moved = try remove(&document, try pointer(operation["from"])[...])
                try set(&document, path[...], moved, .add)
            default: throw .malformed("unexpected kind: \(name)")
            }
        }
        return document
    }

    private enum Mode { case add, replace }

    private func value(_ operation: JSONValue) throws(Failure) -> JSONValue {
        guard let value = operation["value"] else { throw .malformed("an operation without value") }
        return value
    }

    private func pointer(_ value: JSONValue?) throws(Failure) -> [String] {
        guard let text = value?.string, text.isEmpty || text.hasPrefix("/") else { throw .malformed("a path must begin with /") }
        guard text.utf8.count(where: { $0 == UInt8(ascii: "/") }) <= JSONPatch.pathLimit else { throw .malformed("a path is too long") }
        return text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { part in
            var unescaped = ""
            var rest = part
            while let character = rest.popFirst() {
                if character == "~", let code = rest.first, code == "0" || code == "1" {
                    unescaped.append(code == "0" ? "~" : "/")
                    rest.removeFirst()
                } else {
                    unescaped.append(character)
                }
            }
            return unescaped
        }
    }

    private func index(_ text: String, below count: Int) throws(Failure) -> Int {
        guard let index = Int(text), index >= 0, index < count, String(index) == text else { throw .inapplicable("no element \(text)") }
        return index
    }

    private func read(_ value: JSONValue, _ path: ArraySlice<String>) throws(Failure) -> JSONValue {
        guard let first = path.first else { return value }
        switch value {
        case .object(let members):
            guard let member = members[first] else { throw .inapplicable("missing path") }
            return try read(member, path.dropFirst())
        case .array(let elements): return try read(elements[try index(first, below: elements.count)], path.dropFirst())
        default: throw .inapplicable("missing path")
        }
    }

    private func set(_ value: inout JSONValue, _ path: ArraySlice<String>, _ new: JSONValue, _ mode: Mode) throws(Failure) {
        guard let first = path.first else {
            value = new
            return
        }
        let isLast = path.count == 1
        switch value {
        case .object(var members):
            if isLast {
                guard mode == .add || members[first] != nil else { throw .inapplicable("missing key") }
                members[first] = new
            } else {
                guard var member = members[first] else { throw .inapplicable("missing path") }
                try set(&member, path.dropFirst(), new, mode)
                members[first] = member
            }
            value = .object(members)
        case .array(var elements):
            if isLast, mode == .add {
                elements.insert(new, at: first == "-" ? elements.count : try index(first, below: elements.count + 1))
            } else {
                let place = try index(first, below: elements.count)
                try set(&elements[place], path.dropFirst(), new, mode)
            }
            value = .array(elements)
        default: throw .inapplicable("missing path")
        }
    }

    private func remove(_ value: inout JSONValue, _ path: ArraySlice<String>) throws(Failure) -> JSONValue {
        guard let first = path.first else { throw .inapplicable("the document itself can't be removed") }
        let removed: JSONValue
        switch value {
        case .object(var members):
            guard var member = members[first] else { throw .inapplicable("missing key") }
            if path.count == 1 {
                removed = member
                members[first] = nil
            } else {
                removed = try remove(&member, path.dropFirst())
                members[first] = member
            }
            value = .object(members)
        case .array(var elements):
            let place = try index(first, below: elements.count)
            removed = path.count == 1 ? elements.remove(at: place) : try remove(&elements[place], path.dropFirst())
            value = .array(elements)
        default: throw .inapplicable("missing path")
        }
        return removed
    }
}
