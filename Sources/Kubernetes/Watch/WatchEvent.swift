package import Model

/// What a watch of nodes brings. Source: Kubernetes API, meta/v1 WatchEvent.
package enum WatchEvent: Hashable, Sendable {
    case added(Node)
    case modified(Node)
    /// The node as it was last, with the resourceVersion of its deletion. Also sent when a node no longer matches the selector.
    case deleted(Node)
    /// Nothing changed up to this resourceVersion.
    case bookmark(resourceVersion: String)
    /// The watch ends here. Code 410 means that its resourceVersion is too old.
    case error(code: Int, reason: String, message: String)
}

extension WatchEvent {
    private struct Envelope: Decodable {
        var type: String
    }

    private struct Carrier<Object: Decodable>: Decodable {
        var object: Object
    }

    private struct Bookmark: Decodable {
        var metadata: WireMetadata
    }

    /// Reads one line of a watch; `nil` for a type of event that is not known, which is to be passed over.
    init?(line: [UInt8]) throws(UnreadableJSON) {
        switch try UnreadableJSON.decode(Envelope.self, from: line).type {
        case "ADDED": self = .added(try Self.node(line))
        case "MODIFIED": self = .modified(try Self.node(line))
        case "DELETED": self = .deleted(try Self.node(line))
        case "BOOKMARK":
            let version = try UnreadableJSON.decode(Carrier<Bookmark>.self, from: line).object.metadata.resourceVersion
            guard let version, !version.isEmpty else { throw UnreadableJSON(message: "a bookmark has no resourceVersion") }
            self = .bookmark(resourceVersion: version)
        case "ERROR":
            let status = try UnreadableJSON.decode(Carrier<WireStatus>.self, from: line).object
            let code = status.code ?? (["Expired", "Gone"].contains(status.reason) ? 410 : 0)
            self = .error(code: code, reason: status.reason ?? "Unknown", message: String((status.message ?? "").prefix(1000)))
        default: return nil
        }
    }

    private static func node(_ line: [UInt8]) throws(UnreadableJSON) -> Node {
        let node = try UnreadableJSON.decode(Carrier<WireNode>.self, from: line).object.node
        guard !node.name.isEmpty, !node.resourceVersion.isEmpty else {
            throw UnreadableJSON(message: ".object has no name or no resourceVersion")
        }
        return node
    }
}
