import Commands
import Foundation
import HTTP
import Kubernetes
import Model
import Testing

@Suite struct AuthenticationTests {
    private static let ok = ScriptedTransport.Step.answer(200, nodeJSON("n"))
    private static let refused = ScriptedTransport.Step.status(401, "Unauthorized")

    private static func plugin(_ path: String, version: ExecPlugin.Version = .v1, hint: String? = nil) -> KubernetesAuthentication {
        .exec(
            ExecPlugin(
                command: path, arguments: ["a"], environment: ["PATH": "/usr/bin:/bin"], version: version, info: "{}",
                installHint: hint))
    }

    /// A plugin that counts its runs and gives `token-N`.
    private static func counting(_ directory: TemporaryDirectory, status: String = #""token":"token-%s""#) throws -> String {
        try directory.write(
            "plugin",
            """
            #!/bin/sh
            echo x >> '\(directory.path)/runs'
            n=$(wc -l < '\(directory.path)/runs' | tr -d ' ')
            printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{\(status)}}' "$n"
            """, executable: true)
    }

    @Test func `a token goes out as a bearer token, a password as basic`() async throws {
        let transport = ScriptedTransport([Self.ok, Self.ok])
        _ = try await KubernetesClient.scripted(transport, authentication: .token(Secret("abc"))).getNode("n")
        _ = try await KubernetesClient.scripted(transport, authentication: .basic(username: "ann", password: Secret("pä:ss"))).getNode(
            "n")
        #expect(await transport.authorizations == ["Bearer abc", "Basic " + Data("ann:pä:ss".utf8).base64EncodedString()])
    }

    @Test func `a refused token is denied, not tried again`() async throws {
        let transport = ScriptedTransport([Self.refused])
        let error = await failure { () throws(APIError) in try await KubernetesClient.scripted(transport).getNode("n") }
        #expect(error?.disposition == .denied && error?.httpStatus == 401)
        #expect(await transport.requests.count == 1)
        #expect(error.map { !"\($0)".contains("t0ken") } == true)
    }

    @Test func `a token file is read again as it is rotated, and the last content outlives the file`() async throws {
        let content = Box<String?>("one\n")
        let files = FileReader { _ throws(FileReader.Failure) in
            guard let text = content.with({ $0 }) else { throw .missing }
            return Array(text.utf8)
        }
        let clock = TestClock()
        let transport = ScriptedTransport(Array(repeating: Self.ok, count: 4))
        let client = KubernetesClient.scripted(
            transport, clock: clock, authentication: .tokenFile(path: "/t", fallback: nil), files: files)
        _ = try await client.getNode("n")
        content.with { $0 = "two" }
        _ = try await client.getNode("n")
        clock.advance(.seconds(11))
        _ = try await client.getNode("n")
        content.with { $0 = nil }
        clock.advance(.seconds(11))
        _ = try await client.getNode("n")
        #expect(await transport.authorizations == ["Bearer one", "Bearer one", "Bearer two", "Bearer two"])
    }

    @Test func `a 401 makes the token file be read at once, and once only`() async throws {
        let files = FileReader.counting("token-")
        let transport = ScriptedTransport([Self.refused, Self.ok, Self.refused, Self.refused])
        let client = KubernetesClient.scripted(transport, authentication: .tokenFile(path: "/t", fallback: nil), files: files)
        _ = try await client.getNode("n")
        let error = await failure { () throws(APIError) in try await client.getNode("n") }
        #expect(error?.disposition == .denied)
        #expect(await transport.authorizations == ["Bearer token-1", "Bearer token-2", "Bearer token-2", "Bearer token-3"])
    }

    @Test func `a token file that isn't there is told by its path`() async throws {
        let client = KubernetesClient.scripted(ScriptedTransport([]), authentication: .tokenFile(path: "/run/tok", fallback: nil))
        let error = await failure { () throws(APIError) in try await client.getNode("n") }
        #expect(error?.description.contains("token file /run/tok") == true)
        #expect(error?.description.contains("does not exist") == true)
    }

    @Test func `a plugin runs once, again after its credential's time, and again after a 401`() async throws {
        let directory = try TemporaryDirectory()
        let path = try Self.counting(directory, status: #""token":"token-%s","expirationTimestamp":"2026-03-01T13:00:00Z""#)
        let clock = TestClock()
        let transport = ScriptedTransport([Self.ok, Self.ok, Self.refused, Self.ok, Self.ok])
        let client = KubernetesClient.scripted(transport, clock: clock, authentication: Self.plugin(path), commands: .posix)
        for _ in 0..<3 { _ = try await client.getNode("n") }
        clock.advance(.seconds(3601))
        _ = try await client.getNode("n")
        #expect(
            await transport.authorizations == [
                "Bearer token-1", "Bearer token-1", "Bearer token-1", "Bearer token-2", "Bearer token-3",
            ])
    }

    @Test func `callers that come together share one run`() async throws {
        let directory = try TemporaryDirectory()
        let path = try Self.counting(directory)
        let transport = ScriptedTransport(Array(repeating: Self.ok, count: 8))
        let client = KubernetesClient.scripted(transport, authentication: Self.plugin(path), commands: .posix)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { _ = try await client.getNode("n") } }
            try await group.waitForAll()
        }
        #expect(Set(await transport.authorizations) == ["Bearer token-1"])
    }

    @Test func `a plugin's client certificate makes a new transport`() async throws {
        let directory = try TemporaryDirectory()
        let path = try Self.counting(directory, status: #""clientCertificateData":"cert-%s","clientKeyData":"key""#)
        let configurations = Box<[HTTPClientConfiguration]>([])
        let transport = ScriptedTransport([Self.ok, Self.ok, Self.refused, Self.ok])
        let client = KubernetesClient.scripted(
            transport, authentication: Self.plugin(path), commands: .posix, configurations: configurations)
        for _ in 0..<3 { _ = try await client.getNode("n") }
        let made = configurations.with { $0.map { String(decoding: $0.clientCertificate?.certificate ?? [], as: UTF8.self) } }
        #expect(made == ["cert-1", "cert-2"])
        #expect(await transport.authorizations.allSatisfy { $0 == nil })
    }

    @Test(arguments: [
        ("exit 3", "exited with status 3", true), ("echo no login >&2; exit 1", "saying: no login", true),
        ("echo hello", "no ExecCredential", false), ("kill -15 $$", "signal 15", true),
        (
            #"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"t0psecret"}}'"#,
            "answers in apiVersion", false
        ),
        (
            #"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{}}'"#, "neither a token nor",
            false
        ),
        (#"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}'"#, "no status", false),
        (
            #"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientKeyData":"t0psecret"}}'"#,
            "without the other", false
        ),
        (
            #"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t0psecret","expirationTimestamp":"soon"}}'"#,
            "not RFC 3339", false
        ),
    ])
    func `a plugin that fails is told, without what it gave`(script: String, problem: String, mayPass: Bool) async throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("plugin", "#!/bin/sh\n" + script + "\n", executable: true)
        let client = KubernetesClient.scripted(ScriptedTransport([]), authentication: Self.plugin(path), commands: .posix)
        let error = await failure { () throws(APIError) in try await client.getNode("n") }
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
        #expect(error?.description.contains("t0psecret") == false)
        #expect(error?.disposition == (mayPass ? .retry(after: nil) : .permanent))
    }

    @Test func `a plugin that isn't installed is told with the kubeconfig's hint`() async throws {
        let client = KubernetesClient.scripted(
            ScriptedTransport([]), authentication: Self.plugin("no-such-plugin", hint: "gcloud components install it"),
            commands: .posix)
        let error = await failure { () throws(APIError) in try await client.getNode("n") }
        #expect(error?.description.contains("no such program; install it, or put it in PATH. gcloud components install it") == true)
    }
}
