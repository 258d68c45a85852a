import Foundation
import HTTP
import Kubernetes
import Model
import Testing

private let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
private let key = "-----BEGIN EC PRIVATE KEY-----\nMIIB\n-----END EC PRIVATE KEY-----\n"
private let certificateData = Data(certificate.utf8).base64EncodedString()
private let keyData = Data(key.utf8).base64EncodedString()

/// A kubeconfig of one context, with these lines in its cluster and its user.
private func kubeconfig(cluster: String = "server: https://api.test:6443", user: String = "token: abc", context: String = "") -> String {
    func indented(_ text: String) -> String { text.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n") }
    return """
        apiVersion: v1
        kind: Config
        current-context: prod
        preferences: {}
        clusters:
        - name: c
          cluster:
        \(indented(cluster))
        contexts:
        - name: prod
          context:
            cluster: c
            user: u
        \(indented(context))
        users:
        - name: u
          user:
        \(indented(user))
        """
}

private func load(
    _ text: String, environment: [String: String] = [:], others: [String: String] = [:]
) throws(KubernetesConfigurationError) -> KubernetesConfiguration {
    try KubernetesConfiguration.load(
        environment: environment.merging(["KUBECONFIG": "/cfg/config"]) { $1 }, homeDirectory: "/home/me",
        files: .memory(others.merging(["/cfg/config": text]) { $1 }))
}

private func message(_ body: () throws(KubernetesConfigurationError) -> KubernetesConfiguration) -> String {
    do {
        _ = try body()
        return "no error"
    } catch {
        return error.description
    }
}

@Suite struct KubeconfigTests {
    @Test func `a token, a path prefix and the context's namespace are read`() throws {
        let found = try load(kubeconfig(cluster: "server: https://api.test:6443/k8s/clusters/c-1/", context: "namespace: ops"))
        #expect(found.server == "https://api.test:6443/k8s/clusters/c-1")
        #expect(found.authentication == .token(Secret("abc")))
        #expect(found.namespace == "ops")
        #expect(found.origin == "context \"prod\" of /cfg/config")
        guard case .system = found.trust, case .environment = found.proxy else {
            Issue.record("\(found)")
            return
        }
    }

    @Test func `a configuration prints without its secrets`() throws {
        let user = """
            exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x, args: [s3cret], env: [{name: A, value: s3cret}]}
            client-certificate-data: \(certificateData)
            client-key-data: \(keyData)
            """
        for user in [user, "token: s3cret", "username: u\npassword: s3cret"] {
            let found = try load(kubeconfig(user: user))
            var dumped = "\(found) \(found.authentication) "
            dump(found, to: &dumped)
            dump(found.authentication, to: &dumped)
            #expect(!dumped.contains("s3cret"), "\(dumped)")
            #expect(dumped.contains("https://api.test:6443"))
        }
    }

    @Test func `inline data win over files`() throws {
        let found = try load(
            kubeconfig(
                cluster: "server: https://api.test\ncertificate-authority: /no/such\ncertificate-authority-data: \(certificateData)",
                user: "client-certificate-data: \(certificateData)\nclient-key-data: \(keyData)\nclient-key: /no/such"))
        guard case .certificates(let bytes) = found.trust else {
            Issue.record("no private authority")
            return
        }
        #expect(bytes == Array(certificate.utf8))
        #expect(found.clientCertificate?.certificate == Array(certificate.utf8))
        #expect(found.clientCertificate?.privateKey == Array(key.utf8))
        #expect(found.authentication == .none)
    }

    @Test func `paths are relative to the file that names them`() throws {
        let found = try load(
            kubeconfig(
                cluster: "server: https://api.test\ncertificate-authority: pki/ca.crt",
                user: "tokenFile: ../run/token\nclient-certificate: me.crt\nclient-key: me.key\ntoken: old"),
            others: ["/cfg/pki/ca.crt": certificate, "/cfg/me.crt": certificate, "/cfg/me.key": key])
        #expect(found.authentication == .tokenFile(path: "/cfg/../run/token", fallback: Secret("old")))
        #expect(found.clientCertificate != nil)
    }

    @Test func `a proxy and a password are read`() throws {
        let found = try load(
            kubeconfig(
                cluster: "server: https://api.test\nproxy-url: socks5://127.0.0.1:1080", user: "username: ann\npassword: s3cret"))
        guard case .server("socks5://127.0.0.1:1080") = found.proxy else {
            Issue.record("\(found.proxy)")
            return
        }
        #expect(found.authentication == .basic(username: "ann", password: Secret("s3cret")))
    }

    @Test func `a plugin gets its arguments, its environment and the cluster`() throws {
        let cluster = """
            server: https://api.test
            certificate-authority-data: \(certificateData)
            extensions:
            - name: client.authentication.k8s.io/exec
              extension: {audience: "06e3", nested: [1, true, null]}
            """
        let user = """
            exec:
              apiVersion: client.authentication.k8s.io/v1
              command: ./bin/plugin
              args: [get-token, "--cluster=x"]
              env:
              - {name: MODE, value: quiet}
              interactiveMode: IfAvailable
              provideClusterInfo: true
              installHint: get it somewhere
            """
        let found = try load(kubeconfig(cluster: cluster, user: user), environment: ["PATH": "/bin", "MODE": "loud"])
        guard case .exec(let plugin) = found.authentication else {
            Issue.record("\(found.authentication)")
            return
        }
        #expect(plugin.command == "/cfg/./bin/plugin")
        #expect(plugin.arguments == ["get-token", "--cluster=x"])
        #expect(plugin.environment["MODE"] == "quiet" && plugin.environment["PATH"] == "/bin")
        #expect(plugin.environment["KUBERNETES_EXEC_INFO"] == plugin.info)
        #expect(
            plugin.info
                == #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"cluster":{"certificate-authority-data":"\#(certificateData)","config":{"audience":"06e3","nested":[1,true,null]},"server":"https://api.test"},"interactive":false}}"#
        )
    }

    @Test func `v1beta1 needs no interactiveMode, and a bare command is left to PATH`() throws {
        let found = try load(
            kubeconfig(user: "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: gke-gcloud-auth-plugin}"))
        guard case .exec(let plugin) = found.authentication else {
            Issue.record("\(found.authentication)")
            return
        }
        #expect(plugin.command == "gke-gcloud-auth-plugin")
        #expect(
            plugin.info
                == #"{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","spec":{"interactive":false}}"#)
    }

    @Test func `the first of several files to name something wins, and missing files are passed over`() throws {
        let first = """
            current-context: a
            users:
            - {name: u, user: {token: one}}
            """
        let second = """
            current-context: b
            clusters:
            - {name: c, cluster: {server: "https://two.test"}}
            contexts:
            - {name: a, context: {cluster: c, user: u}}
            - {name: b, context: {cluster: c}}
            users:
            - {name: u, user: {token: two, username: never-merged}}
            """
        let found = try KubernetesConfiguration.load(
            environment: ["KUBECONFIG": "/no/such::/1:/2"], homeDirectory: nil, files: .memory(["/1": first, "/2": second]))
        #expect(found.server == "https://two.test")
        #expect(found.authentication == .token(Secret("one")))
        #expect(found.origin == "context \"a\" of /1, /2")
    }

    @Test func `plain http carries no credentials but to this machine`() throws {
        #expect(try load(kubeconfig(cluster: "server: http://127.0.0.1:8001")).server == "http://127.0.0.1:8001")
        #expect(
            message { () throws(KubernetesConfigurationError) in try load(kubeconfig(cluster: "server: http://api.test")) }.contains(
                "in the clear"))
        #expect(try load(kubeconfig(cluster: "server: http://api.test", user: "{}")).authentication == .none)
    }

    @Test(arguments: ["127.evil.example.com", "127.0.0.evil", "127.0.0.1.example.com", "127.0.0.256", "localhost.evil", "[::2]", "127.1"])
    func `a name that only looks like this machine gets no credentials over plain http`(host: String) {
        let refused = message { () throws(KubernetesConfigurationError) in
            try load(kubeconfig(cluster: "server: http://\(host):8001"))
        }
        #expect(refused.contains("in the clear"))
    }

    @Test func `plain http to this machine carries no credentials through a proxy`() throws {
        let cluster = "server: http://127.0.0.1:8001\nproxy-url: http://proxy.test:3128"
        #expect(
            message { () throws(KubernetesConfigurationError) in try load(kubeconfig(cluster: cluster)) }.contains("proxy-url: would get"))
        #expect(try load(kubeconfig(cluster: cluster, user: "{}")).authentication == .none)
    }

    @Test(arguments: [
        ("a: [", "/cfg/config:", "kubectl config view"),
        ("[]", "/cfg/config:1:1: is a list, not a mapping", "kind Config"),
        ("kind: Deployment", "/cfg/config:1:7, kind: is \"Deployment\"", "another kind of manifest"),
        ("clusters: {}", "/cfg/config:1:11, clusters: is a mapping", "list of named entries"),
        ("clusters: [{cluster: {}}]", ", name: is missing", "name this entry"),
        ("", "current-context: is not set", "no context is defined"),
        ("current-context: x", "current-context: names \"x\", which no file defines", "no context is defined"),
        ("current-context: x\ncontexts: [{name: y, context: {}}]", "names \"x\"", "use-context`: y"),
        ("current-context: x\ncontexts: [{name: x, context: {}}]", "context \"x\", cluster: is missing", "`clusters`"),
        ("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]", "names \"c\", which no file defines", "another context"),
        (kubeconfig(cluster: "server: api.test:6443"), "cluster \"c\", server: does not begin with https://", "https://HOST:PORT"),
        (kubeconfig(cluster: "server: https://u:p@api.test"), "holds a user name", "https://HOST:PORT"),
        (kubeconfig(cluster: "server: https://api.test:99999"), "no valid host and port", "https://HOST:PORT"),
        (kubeconfig(cluster: "server: https://api.test/?a=b"), "holds a query", "https://HOST:PORT"),
        (kubeconfig(cluster: "certificate-authority: /x"), "server: is missing", "https://HOST:PORT"),
        (
            kubeconfig(cluster: "server: https://api.test\ninsecure-skip-tls-verify: true"),
            "9:31, cluster \"c\", insecure-skip-tls-verify: is true, and TLS verification can't be turned off",
            "certificate-authority-data"
        ),
        (
            kubeconfig(cluster: "server: https://10.0.0.1\ntls-server-name: api.test"), "tls-server-name: is \"api.test\"",
            "whose host the certificate names"
        ),
        (
            kubeconfig(cluster: "server: https://api.test\ncertificate-authority: ca.crt"), "names /cfg/ca.crt, which does not exist",
            "relative to the kubeconfig's directory"
        ),
        (
            kubeconfig(cluster: "server: https://api.test\ncertificate-authority-data: '%%'"),
            "certificate-authority-data: is not base64", "a PEM certificate"
        ),
        (
            kubeconfig(cluster: "server: https://api.test\ncertificate-authority-data: aGVsbG8="), "holds no PEM certificate",
            "-----BEGIN"
        ),
        (kubeconfig(cluster: "server: https://api.test\nproxy-url: proxy:3128"), "proxy-url: is no proxy's URL", "http://HOST:PORT"),
        (kubeconfig(user: "client-certificate-data: \(certificateData)"), "client-key: is missing", "needs its private key"),
        (kubeconfig(user: "client-key-data: \(keyData)"), "client-certificate: is missing", "needs its certificate"),
        (
            kubeconfig(user: "client-certificate-data: \(keyData)\nclient-key-data: \(keyData)"),
            "client-certificate-data: holds no PEM certificate", "-----BEGIN"
        ),
        (kubeconfig(user: "auth-provider: {name: gcp}"), "user \"u\", auth-provider: is no longer supported", "exec plugin"),
        (kubeconfig(user: "token: t\nas: root"), "as: asks for impersonation", "that user itself"),
        (kubeconfig(user: "token: t\nusername: ann"), "stands next to a token", "one way"),
        (kubeconfig(user: "token: 12345"), "token: is a number", "put it in quotes"),
        (kubeconfig(user: "exec: {apiVersion: client.authentication.k8s.io/v1}"), "command: is missing", "program"),
        (kubeconfig(user: "exec: {command: x}"), "apiVersion: is missing", "client.authentication.k8s.io/v1 or"),
        (
            kubeconfig(user: "exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}"),
            "apiVersion: is \"client.authentication.k8s.io/v1alpha1\"", "if the plugin speaks it"
        ),
        (
            kubeconfig(user: "exec: {command: x, apiVersion: client.authentication.k8s.io/v1}"), "interactiveMode: is missing",
            "Never or IfAvailable"
        ),
        (
            kubeconfig(user: "exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}"), "is Always",
            "needs none"
        ),
        (
            kubeconfig(user: "exec: {command: x, apiVersion: client.authentication.k8s.io/v1beta1, args: [1]}"),
            "args: holds a number at", "quotes"
        ),
        (
            kubeconfig(user: "exec: {command: x, apiVersion: client.authentication.k8s.io/v1beta1, env: [{value: v}]}"),
            "name: is missing or no variable's name", "a name and a value"
        ),
    ])
    func `a broken file is told with place, problem and remedy`(text: String, problem: String, remedy: String) {
        let text = message { () throws(KubernetesConfigurationError) in try load(text) }
        #expect(text.contains(problem), "\(text)")
        #expect(text.contains(remedy), "\(text)")
        #expect(text.hasPrefix("/cfg/config"), "\(text)")
        #expect(!text.contains("12345"))
    }

    @Test func `no file at all is told with what was looked for`() {
        let listed = message { () throws(KubernetesConfigurationError) in
            try KubernetesConfiguration.load(environment: ["KUBECONFIG": "/a:/b"], homeDirectory: "/home/me", files: .memory([:]))
        }
        #expect(
            listed
                == "KUBECONFIG: no such file: /a, /b; set KUBECONFIG to the path of a kubeconfig file, or run in a pod with a service account"
        )
        let home = message { () throws(KubernetesConfigurationError) in
            try KubernetesConfiguration.load(environment: [:], homeDirectory: "/home/me", files: .memory([:]))
        }
        #expect(home.contains("/home/me/.kube/config"))
        let nothing = message { () throws(KubernetesConfigurationError) in
            try KubernetesConfiguration.load(environment: [:], homeDirectory: nil, files: .memory([:]))
        }
        #expect(nothing.contains("there is no home directory"))
    }
}

@Suite struct InClusterConfigurationTests {
    private static let directory = "/var/run/secrets/kubernetes.io/serviceaccount"
    private static let account = [
        directory + "/token": "tok\n", directory + "/ca.crt": certificate, directory + "/namespace": "ops\n",
    ]
    private static let pod = ["KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"]

    @Test func `a pod uses its service account`() throws {
        let found = try KubernetesConfiguration.load(environment: Self.pod, homeDirectory: "/root", files: .memory(Self.account))
        #expect(found.server == "https://10.0.0.1:443")
        #expect(found.authentication == .tokenFile(path: Self.directory + "/token", fallback: nil))
        #expect(found.namespace == "ops")
        guard case .certificates(let bytes) = found.trust else {
            Issue.record("no private authority")
            return
        }
        #expect(bytes == Array(certificate.utf8))
    }

    @Test func `KUBECONFIG goes first, a home directory last`() throws {
        let files = Self.account.merging(["/k": kubeconfig(), "/root/.kube/config": kubeconfig(cluster: "server: https://home.test")]) {
            $1
        }
        let listed = try KubernetesConfiguration.load(
            environment: Self.pod.merging(["KUBECONFIG": "/k"]) { $1 }, homeDirectory: "/root", files: .memory(files))
        #expect(listed.server == "https://api.test:6443")
        let pod = try KubernetesConfiguration.load(environment: Self.pod, homeDirectory: "/root", files: .memory(files))
        #expect(pod.server == "https://10.0.0.1:443")
        let home = try KubernetesConfiguration.load(environment: [:], homeDirectory: "/root", files: .memory(files))
        #expect(home.server == "https://home.test")
    }

    @Test func `an IPv6 host is put in brackets`() throws {
        let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "6443"]
        #expect(
            try KubernetesConfiguration.load(environment: environment, homeDirectory: nil, files: .memory(Self.account)).server
                == "https://[fd00::1]:6443")
    }

    @Test(arguments: [
        (["POD_NAMESPACE": "pod"], true, "pod"), ([:], true, "ops"), ([:], false, "ctx"),
    ])
    func `the namespace is the pod's, else the account's, else the context's`(
        environment: [String: String], account: Bool, expected: String
    ) throws {
        let files = (account ? Self.account : [:]).merging(["/k": kubeconfig(context: "namespace: ctx")]) { $1 }
        let found = try KubernetesConfiguration.load(
            environment: environment.merging(["KUBECONFIG": "/k"]) { $1 }, homeDirectory: nil, files: .memory(files))
        #expect(found.namespace == expected)
    }

    @Test(arguments: [
        ("token", nil, "token: does not exist, though this is a pod"), ("token", "", "token: is empty"),
        ("ca.crt", nil, "ca.crt: does not exist"), ("ca.crt", "hello", "holds no PEM certificate"),
    ])
    func `a broken service account is told by its path`(name: String, content: String?, problem: String) {
        var files = Self.account
        files[Self.directory + "/" + name] = content
        let text = message { () throws(KubernetesConfigurationError) in
            try KubernetesConfiguration.load(environment: Self.pod, homeDirectory: "/root", files: .memory(files))
        }
        #expect(text.contains(problem), "\(text)")
        #expect(text.contains("automountServiceAccountToken: true"), "\(text)")
    }
}
