internal import FoundationEssentials
internal import YAML

/// A mapping of a kubeconfig file that knows its place, so that every complaint can name it.
struct KubeconfigSection {
    /// `cluster`, `user`, `context` or `exec`.
    var kind: String
    var name: String?
    var file: String
    var node: YAMLNode

    func error(_ key: String, _ problem: String, remedy: String) -> KubernetesConfigurationError {
        let mark = node[key]?.mark ?? node.mark
        let entry = name.map { ", \(kind) \"\($0)\"" } ?? ""
        return KubernetesConfigurationError("\(file):\(mark)\(entry), \(key)", problem, remedy: remedy)
    }

    /// A string that is there and not empty. What is found is not quoted: it may be a secret.
    func string(_ key: String) throws(KubernetesConfigurationError) -> String? {
        guard let value = node[key], !value.isNull else { return nil }
        guard let text = value.string else {
            throw error(key, "is \(value.kind.noun)", remedy: "it must be a string: put it in quotes")
        }
        return text.isEmpty ? nil : text
    }

    func bool(_ key: String) throws(KubernetesConfigurationError) -> Bool {
        guard let value = node[key], !value.isNull else { return false }
        guard let flag = value.bool else { throw error(key, "is \(value.kind.noun)", remedy: "it must be true or false") }
        return flag
    }

    func strings(_ key: String) throws(KubernetesConfigurationError) -> [String] {
        guard let value = node[key], !value.isNull else { return [] }
        guard let elements = value.elements else { throw error(key, "is \(value.kind.noun)", remedy: "it must be a list of strings") }
        var strings: [String] = []
        for element in elements {
            guard let text = element.string else {
                throw error(
                    key, "holds \(element.kind.noun) at \(element.mark)", remedy: "its entries must be strings: put them in quotes")
            }
            strings.append(text)
        }
        return strings
    }

    /// A mapping within this one.
    func section(_ key: String) throws(KubernetesConfigurationError) -> KubeconfigSection? {
        guard let value = node[key], !value.isNull else { return nil }
        guard value.entries != nil else { throw error(key, "is \(value.kind.noun)", remedy: "it must be a mapping") }
        return KubeconfigSection(kind: kind, name: name, file: file, node: value)
    }

    /// A path, relative to the directory of the file that names it.
    func path(_ key: String) throws(KubernetesConfigurationError) -> String? {
        try string(key).map(resolve)
    }

    func resolve(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }

    /// The bytes of `KEY-data` (base64), else of the file that `KEY` names. Inline data win, as in kubectl.
    func data(_ key: String, holds kind: PEM.Kind, files: FileReader) throws(KubernetesConfigurationError) -> [UInt8]? {
        let inlineKey = key + "-data"
        if let text = try string(inlineKey) {
            guard let data = Data(base64Encoded: text.filter { !$0.isWhitespace }) else {
                throw error(inlineKey, "is not base64", remedy: "give \(kind.rawValue), base64-encoded")
            }
            try check(Array(data), inlineKey, holds: kind)
            return Array(data)
        }
        guard let path = try path(key) else { return nil }
        let bytes: [UInt8]
        do {
            bytes = try files.read(path)
        } catch {
            switch error {
            case .missing:
                throw self.error(
                    key, "names \(path), which does not exist",
                    remedy: "correct the path; it is relative to the kubeconfig's directory")
            case .unreadable(let reason):
                throw self.error(key, "names \(path), which can't be read: \(reason)", remedy: "make it readable")
            }
        }
        try check(bytes, key, holds: kind)
        return bytes
    }

    private func check(_ bytes: [UInt8], _ key: String, holds kind: PEM.Kind) throws(KubernetesConfigurationError) {
        let place = error(key, "", remedy: "").place
        try PEM.check(bytes, holds: kind, place: place, remedy: "give \(kind.rawValue) (-----BEGIN …)")
    }
}
