internal import HTTP
internal import Model
internal import YAML

/// From a merged kubeconfig to the one cluster and user that its current context names.
struct KubeconfigResolution {
    var kubeconfig: Kubeconfig
    var environment: [String: String]
    var files: FileReader

    func configuration(namespaceInPod: String?) throws(KubernetesConfigurationError) -> KubernetesConfiguration {
        let context = try currentContext()
        guard let clusterName = try context.string("cluster") else {
            throw context.error("cluster", "is missing", remedy: "name an entry of `clusters`")
        }
        guard let cluster = kubeconfig.clusters[clusterName] else {
            throw context.error(
                "cluster", "names \"\(clusterName)\", which no file defines",
                remedy: "define it in `clusters`, or choose another context")
        }
        let server = try server(of: cluster)
        let trust: HTTPClientConfiguration.Trust =
            try cluster.data("certificate-authority", holds: .certificate, files: files).map { .certificates($0) } ?? .system
        var clientCertificate: HTTPClientConfiguration.ClientCertificate?
        var authentication = KubernetesAuthentication.none
        if let userName = try context.string("user") {
            guard let user = kubeconfig.users[userName] else {
                throw context.error(
                    "user", "names \"\(userName)\", which no file defines", remedy: "define it in `users`, or choose another context")
            }
            clientCertificate = try self.clientCertificate(of: user)
            authentication = try self.authentication(of: user, cluster: cluster, server: server, trust: trust)
            if !server.isTLS, !server.isLoopback, clientCertificate != nil || authentication != .none {
                throw cluster.error("server", "is http://, over which credentials would go in the clear", remedy: "use https://")
            }
            if !server.isTLS, clientCertificate != nil || authentication != .none, case .server = try proxy(of: cluster) {
                throw cluster.error(
                    "proxy-url", "would get credentials in the clear: server is http://", remedy: "use https://, or leave proxy-url out")
            }
        }
        let ownNamespace = try context.string("namespace")
        return KubernetesConfiguration(
            server: server.text, trust: trust, clientCertificate: clientCertificate, proxy: try proxy(of: cluster),
            authentication: authentication, namespace: namespaceInPod ?? ownNamespace ?? "default",
            origin: "context \"\(context.name ?? "")\" of \(kubeconfig.files.joined(separator: ", "))")
    }

    private func currentContext() throws(KubernetesConfigurationError) -> KubeconfigSection {
        let known = kubeconfig.contexts.keys.sorted().prefix(20).joined(separator: ", ")
        let remedy = known.isEmpty ? "no context is defined" : "choose one with `kubectl config use-context`: \(known)"
        guard let current = kubeconfig.currentContext else {
            throw KubernetesConfigurationError(
                "\(kubeconfig.files.joined(separator: ", ")), current-context", "is not set", remedy: remedy)
        }
        guard let context = kubeconfig.contexts[current.name] else {
            throw KubernetesConfigurationError(
                "\(current.file), current-context", "names \"\(current.name)\", which no file defines", remedy: remedy)
        }
        return context
    }

    private func server(of cluster: KubeconfigSection) throws(KubernetesConfigurationError) -> ServerURL {
        let form = "write https://HOST:PORT"
        guard let text = try cluster.string("server") else { throw cluster.error("server", "is missing", remedy: form) }
        let server: ServerURL
        switch ServerURL.parse(text) {
        case .success(let url): server = url
        case .failure(let problem): throw cluster.error("server", problem.text, remedy: form)
        }
        if try cluster.bool("insecure-skip-tls-verify") {
            throw cluster.error(
                "insecure-skip-tls-verify", "is true, and TLS verification can't be turned off",
                remedy: "give the server's authority as certificate-authority or certificate-authority-data")
        }
        if let name = try cluster.string("tls-server-name"), name.lowercased() != server.host.lowercased() {
            throw cluster.error(
                "tls-server-name",
                "is \"\(name.prefix(253))\", and checking the certificate for another name than the URL's is not supported",
                remedy: "use a server URL whose host the certificate names")
        }
        return server
    }

    private func proxy(of cluster: KubeconfigSection) throws(KubernetesConfigurationError) -> HTTPClientConfiguration.Proxy {
        guard let proxy = try cluster.string("proxy-url") else { return .environment }
        // Source: kubeconfig v1, Cluster.proxy-url: "Supported schemes are http, https and socks5".
        guard ["http://", "https://", "socks5://"].contains(where: { proxy.hasPrefix($0) && proxy.count > $0.count }) else {
            throw cluster.error(
                "proxy-url", "is no proxy's URL", remedy: "write http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT")
        }
        return .server(proxy)
    }

    private func clientCertificate(
        of user: KubeconfigSection
    ) throws(KubernetesConfigurationError) -> HTTPClientConfiguration.ClientCertificate? {
        let certificate = try user.data("client-certificate", holds: .certificate, files: files)
        let key = try user.data("client-key", holds: .privateKey, files: files)
        switch (certificate, key) {
        case (let certificate?, let key?): return HTTPClientConfiguration.ClientCertificate(certificate: certificate, privateKey: key)
        case (nil, nil): return nil
        case (_?, nil): throw user.error("client-key", "is missing", remedy: "a client certificate needs its private key")
        case (nil, _?): throw user.error("client-certificate", "is missing", remedy: "a client key needs its certificate")
        }
    }

    private func authentication(
        of user: KubeconfigSection, cluster: KubeconfigSection, server: ServerURL, trust: HTTPClientConfiguration.Trust
    ) throws(KubernetesConfigurationError) -> KubernetesAuthentication {
        if let node = user.node["auth-provider"], !node.isNull {
            throw user.error(
                "auth-provider", "is no longer supported by Kubernetes (removed in 1.26)",
                remedy: "use an exec plugin; for GKE: `gcloud container clusters get-credentials` writes one")
        }
        for key in ["as", "as-uid", "as-groups", "as-user-extra"] {
            if let node = user.node[key], !node.isNull {
                throw user.error(key, "asks for impersonation, which is not supported", remedy: "give credentials of that user itself")
            }
        }
        let token = try user.string("token").map(Secret.init)
        let username = try user.string("username")
        guard token == nil || username == nil else {
            throw user.error("username", "stands next to a token", remedy: "keep one way to authenticate")
        }
        // Source: kubeconfig v1, AuthInfo.tokenFile: the file's content takes precedence over `token`.
        if let path = try user.path("tokenFile") { return .tokenFile(path: path, fallback: token) }
        if let token { return .token(token) }
        if let username { return .basic(username: username, password: Secret(try user.string("password") ?? "")) }
        if let exec = try user.section("exec") { return .exec(try execPlugin(exec, cluster: cluster, server: server, trust: trust)) }
        return .none
    }
}
