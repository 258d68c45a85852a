import Foundation
import Peers
import Testing
import YAML

/// The files that ship beside the code, as they stand in this working tree.
enum DeployFolder {
    static func text(_ path: String) throws -> String {
        try String(contentsOf: Repository.file(path), encoding: .utf8)
    }

    static let manifestFiles = ["00-namespace.yaml", "10-rbac.yaml", "20-policy.yaml", "30-deployment.yaml", "40-service.yaml"]
        .map { "deploy/manifests/" + $0 }

    /// The objects of all manifests, in the order in which kubectl applies them.
    static func objects() throws -> [YAMLNode] {
        try manifestFiles.flatMap { try YAML.parse(Array(text($0).utf8), limits: YAMLLimits()) }
    }

    static func objects(ofKind kinds: String...) throws -> [YAMLNode] {
        try objects().filter { kinds.contains($0["kind"]?.text ?? "") }
    }

    /// The one object of a kind.
    static func object(ofKind kind: String) throws -> YAMLNode {
        let found = try objects(ofKind: kind)
        try #require(found.count == 1, "\(found.count) objects of kind \(kind)")
        return found[0]
    }

    static func podSpec() throws -> YAMLNode {
        try object(ofKind: "Deployment").at("spec", "template", "spec")
    }

    static func container() throws -> YAMLNode {
        try podSpec().at("containers").list[0]
    }
}

extension YAMLNode {
    /// The node at a path of keys; fails the test where there is none.
    func at(_ path: String...) throws -> YAMLNode {
        var node = self
        for key in path { node = try #require(node[key], "no \(key) in \(path.joined(separator: "."))") }
        return node
    }

    /// The elements of a sequence, none for anything else.
    var list: [YAMLNode] { elements ?? [] }
    /// The scalars of a sequence.
    var texts: [String] { list.compactMap(\.text) }
    var name: String { self["metadata"]?["name"]?.text ?? self["name"]?.text ?? "" }
    var namespace: String? { self["metadata"]?["namespace"]?.text }
}
