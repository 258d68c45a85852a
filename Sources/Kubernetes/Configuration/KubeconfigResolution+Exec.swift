internal import FoundationEssentials
internal import HTTP
internal import YAML

extension KubeconfigResolution {
    /// Reads `exec`. Source: kubeconfig v1, ExecConfig; client-go's clientcmd validation.
    func execPlugin(
        _ exec: KubeconfigSection, cluster: KubeconfigSection, server: ServerURL, trust: HTTPClientConfiguration.Trust
    ) throws(KubernetesConfigurationError) -> ExecPlugin {
        guard let command = try exec.string("command") else {
            throw exec.error("command", "is missing", remedy: "name the plugin's program")
        }
        let versions = ExecPlugin.Version.allCases.map(\.rawValue).joined(separator: " or ")
        guard let versionText = try exec.string("apiVersion") else {
            throw exec.error("apiVersion", "is missing", remedy: "write \(versions)")
        }
        guard let version = ExecPlugin.Version(rawValue: versionText) else {
            throw exec.error("apiVersion", "is \"\(versionText.prefix(100))\"", remedy: "write \(versions), if the plugin speaks it")
        }
        switch try exec.string("interactiveMode") {
        case "Never", "IfAvailable": break
        case "Always":
            throw exec.error(
                "interactiveMode", "is Always, and plugins are run without a terminal here", remedy: "use a plugin that needs none")
        case nil:
            // Required in v1, IfAvailable by default in v1beta1.
            if version == .v1 { throw exec.error("interactiveMode", "is missing", remedy: "write Never or IfAvailable") }
        case let other?:
            throw exec.error("interactiveMode", "is \"\(other.prefix(60))\"", remedy: "write Never or IfAvailable")
        }
        var pluginEnvironment = environment
        for (name, value) in try variables(exec) { pluginEnvironment[name] = value }
        let info = try info(
            version: version, providesCluster: exec.bool("provideClusterInfo"), cluster: cluster, server: server, trust: trust)
        pluginEnvironment["KUBERNETES_EXEC_INFO"] = info
        return ExecPlugin(
            // Source: client-go, clientcmd: a command with a slash is relative to the kubeconfig's directory, any other is looked
            // up in PATH.
            command: command.contains("/") ? exec.resolve(command) : command, arguments: try exec.strings("args"),
            environment: pluginEnvironment, version: version, info: info,
            installHint: try exec.string("installHint").map { String($0.prefix(500)) })
    }

    private func variables(_ exec: KubeconfigSection) throws(KubernetesConfigurationError) -> [(String, String)] {
        guard let node = exec.node["env"], !node.isNull else { return [] }
        guard let elements = node.elements else {
            throw exec.error("env", "is \(node.kind.noun)", remedy: "it must be a list of name and value")
        }
        var variables: [(String, String)] = []
        for element in elements {
            let entry = KubeconfigSection(kind: exec.kind, name: exec.name, file: exec.file, node: element)
            guard let name = try entry.string("name"), !name.contains("=") else {
                throw entry.error("name", "is missing or no variable's name", remedy: "give each entry of `env` a name and a value")
            }
            variables.append((name, try entry.string("value") ?? ""))
        }
        return variables
    }

    /// The ExecCredential that tells the plugin what is asked. Source: client.authentication.k8s.io/v1, ExecCredentialSpec and
    /// Cluster.
    private func info(
        version: ExecPlugin.Version, providesCluster: Bool, cluster: KubeconfigSection, server: ServerURL,
        trust: HTTPClientConfiguration.Trust
    ) throws(KubernetesConfigurationError) -> String {
        var spec: [String: JSONValue] = ["interactive": false]
        if providesCluster {
            var fields: [String: JSONValue] = ["server": .string(server.text)]
            if case .certificates(let bytes) = trust {
                fields["certificate-authority-data"] = .string(Data(bytes).base64EncodedString())
            }
            if let name = try cluster.string("tls-server-name") { fields["tls-server-name"] = .string(name) }
            if let proxy = try cluster.string("proxy-url") { fields["proxy-url"] = .string(proxy) }
            if let config = try extensionConfig(of: cluster) { fields["config"] = config }
            spec["cluster"] = .object(fields)
        }
        let document: JSONValue = ["apiVersion": .string(version.rawValue), "kind": "ExecCredential", "spec": .object(spec)]
        return String(decoding: document.bytes, as: UTF8.self)
    }

    /// The cluster's extension that is reserved for plugins.
    private func extensionConfig(of cluster: KubeconfigSection) throws(KubernetesConfigurationError) -> JSONValue? {
        let entry = cluster.node["extensions"]?.elements?.first { $0["name"]?.text == "client.authentication.k8s.io/exec" }
        guard let node = entry?["extension"] else { return nil }
        guard let value = JSONValue(node) else {
            throw cluster.error("extensions", "holds a number that is no integer", remedy: "put it in quotes")
        }
        return value
    }
}

extension JSONValue {
    /// The same value as JSON; `nil` for floating-point numbers.
    init?(_ node: YAMLNode) {
        switch node.kind {
        case .null: self = .null
        case .bool: self = .bool(node.bool ?? false)
        case .int:
            guard let number = node.int else { return nil }
            self = .number(number)
        case .float: return nil
        case .string: self = .string(node.text ?? "")
        case .sequence:
            var values: [JSONValue] = []
            for element in node.elements ?? [] {
                guard let value = JSONValue(element) else { return nil }
                values.append(value)
            }
            self = .array(values)
        case .mapping:
            var values: [String: JSONValue] = [:]
            for entry in node.entries ?? [] {
                guard let value = JSONValue(entry.value) else { return nil }
                values[entry.key.text ?? ""] = value
            }
            self = .object(values)
        }
    }
}
