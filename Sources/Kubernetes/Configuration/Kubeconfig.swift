internal import YAML

/// One kubeconfig file, or several merged.
///
/// Source: Kubernetes documentation, "Organizing Cluster Access Using kubeconfig Files": the first file to set a value or a map key
/// wins, and an entry is never completed from a second file.
struct Kubeconfig {
    private(set) var currentContext: (name: String, file: String)?
    private(set) var clusters: [String: KubeconfigSection] = [:]
    private(set) var users: [String: KubeconfigSection] = [:]
    private(set) var contexts: [String: KubeconfigSection] = [:]
    private(set) var files: [String] = []

    /// Adds what a file says that no earlier one said.
    mutating func merge(_ bytes: [UInt8], path: String) throws(KubernetesConfigurationError) {
        files.append(path)
        let documents: [YAMLNode]
        do {
            documents = try YAML.parse(bytes, limits: YAMLLimits(maxBytes: 4 << 20, aliases: .expanded))
        } catch {
            throw KubernetesConfigurationError(
                "\(path):\(error.mark)", error.message, remedy: "repair the file; `kubectl config view` reads it too")
        }
        // An empty file is an empty configuration.
        guard let root = documents.first, !root.isNull else { return }
        guard documents.count == 1, root.entries != nil else {
            throw KubernetesConfigurationError(
                "\(path):\(root.mark)", documents.count > 1 ? "holds several documents" : "is \(root.kind.noun), not a mapping",
                remedy: "a kubeconfig is one document of kind Config")
        }
        let top = KubeconfigSection(kind: "kubeconfig", name: nil, file: path, node: root)
        if let version = try top.string("apiVersion"), version != "v1" {
            throw top.error("apiVersion", "is \"\(version.prefix(60))\"", remedy: "it must be v1")
        }
        if let kind = try top.string("kind"), kind != "Config" {
            throw top.error("kind", "is \"\(kind.prefix(60))\"", remedy: "it must be Config: is this another kind of manifest?")
        }
        if currentContext == nil, let name = try top.string("current-context") { currentContext = (name, path) }
        try merge("clusters", "cluster", of: top, into: &clusters)
        try merge("users", "user", of: top, into: &users)
        try merge("contexts", "context", of: top, into: &contexts)
    }

    private func merge(
        _ list: String, _ kind: String, of top: KubeconfigSection, into sections: inout [String: KubeconfigSection]
    ) throws(KubernetesConfigurationError) {
        guard let node = top.node[list], !node.isNull else { return }
        guard let elements = node.elements else {
            throw top.error(list, "is \(node.kind.noun)", remedy: "it must be a list of named entries")
        }
        for element in elements {
            let entry = KubeconfigSection(kind: kind, name: nil, file: top.file, node: element)
            guard let name = try entry.string("name") else {
                throw entry.error("name", "is missing", remedy: "name this entry of `\(list)`")
            }
            guard sections[name] == nil else { continue }
            let content = element[kind] ?? YAMLNode(value: .mapping([]), mark: element.mark)
            let usable = content.isNull ? YAMLNode(value: .mapping([]), mark: content.mark) : content
            guard usable.entries != nil else { throw entry.error(kind, "is \(content.kind.noun)", remedy: "it must be a mapping") }
            sections[name] = KubeconfigSection(kind: kind, name: name, file: top.file, node: usable)
        }
    }
}
