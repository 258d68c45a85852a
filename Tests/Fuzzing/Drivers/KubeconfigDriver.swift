import Model
import YAML

@testable import Kubernetes

/// One or two kubeconfig files, and answers of exec plugins.
enum KubeconfigDriver {
    private static let secretKeys: Set<String> = ["token", "password", "client-key-data"]

    static func run(_ input: [UInt8]) throws {
        let parts = FuzzInput.parts(input, atMost: 2)
        let files = FileReader { path throws(FileReader.Failure) in
            switch path {
            case "/k/config": return parts[0]
            case "/k/second" where parts.count > 1: return parts[1]
            case "/k/ca.crt": return Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)
            case "/k/key.pem": return Array("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".utf8)
            case "/k/unreadable": throw .unreadable("Permission denied")
            default: throw .missing
            }
        }
        do {
            let configuration = try KubernetesConfiguration.load(
                environment: ["KUBECONFIG": "/k/config:/k/second"], homeDirectory: nil, files: files)
            try require(
                configuration.server.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && configuration.server.hasPrefix("http"),
                "the server is \(configuration.server)")
            try require(!configuration.server.hasSuffix("/"), "a slash at the end of \(configuration.server)")
            try require(!configuration.description.contains(secretMark) || mayShowMark(parts), "a description holds a secret")
        } catch let error as KubernetesConfigurationError {
            let text = error.description
            try checkPrintable(text)
            try require(text.utf8.count <= 4096, "an error of \(text.utf8.count) bytes")
            try require(!text.contains(secretMark) || mayShowMark(parts), "an error holds a secret: \(text)")
        }
        for version in ExecPlugin.Version.allCases {
            do {
                _ = try ExecCredential(parts[0], version: version)
            } catch {
                try require(error.problem.utf8.count <= 4096, "an error of \(error.problem.utf8.count) bytes")
            }
        }
    }

    /// Whether the mark stands anywhere else than in a secret's field, so that it may be shown.
    private static func mayShowMark(_ parts: [[UInt8]]) -> Bool {
        parts.contains { part in
            let text = String(decoding: part, as: UTF8.self)
            guard text.contains(secretMark) else { return false }
            guard let documents = try? YAML.parse(part, limits: YAMLLimits(aliases: .expanded)) else {
                return !FuzzInput.marksOnlySecrets(text, after: secretKeys.map { "\($0): " })
            }
            return documents.contains { standsElsewhere($0, inSecret: false) }
        }
    }

    private static func standsElsewhere(_ node: YAMLNode, inSecret: Bool) -> Bool {
        switch node.value {
        case .scalar(let text, _): !inSecret && text.contains(secretMark)
        case .sequence(let nodes): nodes.contains { standsElsewhere($0, inSecret: false) }
        case .mapping(let entries):
            entries.contains { entry in
                standsElsewhere(entry.key, inSecret: false)
                    || standsElsewhere(entry.value, inSecret: secretKeys.contains(entry.key.text ?? ""))
            }
        }
    }
}
