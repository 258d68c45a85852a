internal import HTTP

extension KubernetesConfiguration {
    private static let serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// Finds the API server: `KUBECONFIG` (a colon-separated list, merged), else the in-cluster service account, else
    /// `~/.kube/config`.
    ///
    /// - Parameters:
    ///   - environment: of this process.
    ///   - homeDirectory: where `.kube/config` is looked for; `nil` where there is none.
    package static func load(
        environment: [String: String], homeDirectory: String?, files: FileReader
    ) throws(KubernetesConfigurationError) -> KubernetesConfiguration {
        let namespace = namespaceInPod(environment: environment, files: files)
        if let list = environment["KUBECONFIG"], !list.isEmpty {
            let paths = list.split(separator: ":").map(String.init)
            return try load(paths: paths, source: "KUBECONFIG", environment: environment, namespace: namespace, files: files)
        }
        if let configuration = try inCluster(environment: environment, namespace: namespace, files: files) { return configuration }
        guard let homeDirectory, !homeDirectory.isEmpty else {
            throw KubernetesConfigurationError(
                "Kubernetes", "KUBECONFIG is not set, this is not a pod, and there is no home directory",
                remedy: "set KUBECONFIG to the path of a kubeconfig file")
        }
        return try load(
            paths: [homeDirectory + "/.kube/config"], source: "~/.kube/config", environment: environment, namespace: namespace,
            files: files)
    }

    private static func load(
        paths: [String], source: String, environment: [String: String], namespace: String?, files: FileReader
    ) throws(KubernetesConfigurationError) -> KubernetesConfiguration {
        var merged = Kubeconfig()
        var found = 0
        for path in paths where !path.isEmpty {
            let bytes: [UInt8]
            do {
                bytes = try files.read(path)
            } catch {
                switch error {
                // A file of the list that isn't there is passed over, as kubectl does.
                case .missing: continue
                case .unreadable(let reason):
                    throw KubernetesConfigurationError(
                        path, "can't be read: \(reason)", remedy: "make it readable, or leave it out of \(source)")
                }
            }
            found += 1
            try merged.merge(bytes, path: path)
        }
        guard found > 0 else {
            throw KubernetesConfigurationError(
                source, "no such file: \(paths.joined(separator: ", "))",
                remedy: "set KUBECONFIG to the path of a kubeconfig file, or run in a pod with a service account")
        }
        return try KubeconfigResolution(kubeconfig: merged, environment: environment, files: files).configuration(
            namespaceInPod: namespace)
    }

    /// Source: Kubernetes documentation, "Accessing the Kubernetes API from a Pod".
    private static func inCluster(
        environment: [String: String], namespace: String?, files: FileReader
    ) throws(KubernetesConfigurationError) -> KubernetesConfiguration? {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], let port = environment["KUBERNETES_SERVICE_PORT"], !host.isEmpty,
            !port.isEmpty
        else { return nil }
        guard let number = Int(port), (1...65_535).contains(number) else {
            throw KubernetesConfigurationError(
                "KUBERNETES_SERVICE_PORT", "\"\(port.prefix(20))\" is no port", remedy: "leave it as Kubernetes sets it")
        }
        let remedy = "let the pod have its service account's token (automountServiceAccountToken: true), or set KUBECONFIG"
        let tokenPath = serviceAccount + "/token"
        guard try !read(tokenPath, files, remedy: remedy).isEmpty else {
            throw KubernetesConfigurationError(tokenPath, "is empty", remedy: remedy)
        }
        let authority = try read(serviceAccount + "/ca.crt", files, remedy: remedy)
        try PEM.check(authority, holds: .certificate, place: serviceAccount + "/ca.crt", remedy: remedy)
        return KubernetesConfiguration(
            server: "https://\(host.contains(":") ? "[\(host)]" : host):\(number)", trust: .certificates(authority),
            clientCertificate: nil,
            proxy: .environment, authentication: .tokenFile(path: tokenPath, fallback: nil), namespace: namespace ?? "default",
            origin: "in-cluster service account")
    }

    private static func read(_ path: String, _ files: FileReader, remedy: String) throws(KubernetesConfigurationError) -> [UInt8] {
        do {
            return try files.read(path)
        } catch {
            switch error {
            case .missing: throw KubernetesConfigurationError(path, "does not exist, though this is a pod", remedy: remedy)
            case .unreadable(let reason): throw KubernetesConfigurationError(path, "can't be read: \(reason)", remedy: remedy)
            }
        }
    }

    /// `POD_NAMESPACE`, else the service account's.
    private static func namespaceInPod(environment: [String: String], files: FileReader) -> String? {
        if let name = environment["POD_NAMESPACE"], !name.isEmpty { return name }
        guard let bytes = try? files.read(serviceAccount + "/namespace") else { return nil }
        let name = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        return name.isEmpty ? nil : name
    }
}
