import Commands
import Foundation
import Kubernetes
import Model
import Testing

/// The same files, read by kubectl: the second opinion on merging. Skipped where there is no kubectl, which no test installs.
@Suite(
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: "/usr/bin/kubectl")
            || FileManager.default.isExecutableFile(atPath: "/usr/local/bin/kubectl")))
struct KubectlMergingTests {
    private struct View: Decodable {
        struct Cluster: Decodable {
            struct Content: Decodable { var server: String? }
            var cluster: Content
        }
        struct User: Decodable {
            struct Content: Decodable { var token: String? }
            var user: Content
        }
        struct Context: Decodable {
            struct Content: Decodable { var namespace: String? }
            var context: Content
        }
        var clusters: [Cluster]
        var users: [User]?
        var contexts: [Context]
    }

    private static let whole = """
        apiVersion: v1
        kind: Config
        current-context: one
        clusters:
        - {name: c, cluster: {server: "https://one.test"}}
        contexts:
        - {name: one, context: {cluster: c, user: u, namespace: first}}
        users:
        - {name: u, user: {token: one}}
        """
    private static let other = """
        apiVersion: v1
        kind: Config
        current-context: two
        clusters:
        - {name: c, cluster: {server: "https://two.test"}}
        - {name: d, cluster: {server: "https://three.test/prefix"}}
        contexts:
        - {name: one, context: {cluster: d, user: v}}
        - {name: two, context: {cluster: d, user: v}}
        users:
        - {name: u, user: {token: two}}
        - {name: v, user: {token: three}}
        """
    private static let contextOnly = "apiVersion: v1\nkind: Config\ncurrent-context: two\n"
    private static let userOnly = "apiVersion: v1\nkind: Config\nusers:\n- {name: v, user: {token: four}}\n"

    @Test(arguments: [
        [whole], [whole, other], [other, whole], [contextOnly, whole, other], [userOnly, other], ["", whole],
        [contextOnly, userOnly, other],
    ])
    func `kubectl reads the same from a list of files`(texts: [String]) async throws {
        let directory = try TemporaryDirectory()
        var paths = [directory.path + "/missing"]
        for (index, text) in texts.enumerated() { paths.append(try directory.write("k\(index)", text)) }
        let environment = ["KUBECONFIG": paths.joined(separator: ":"), "PATH": "/usr/bin:/usr/local/bin:/bin", "HOME": directory.path]
        let result = try await CommandRunner.posix.run(
            Command(
                program: "kubectl", arguments: ["config", "view", "--minify", "--raw", "-o", "json"], environment: environment,
                outputBytes: 1 << 20, timeLimit: .seconds(60)))
        #expect(result.ending == .exited(0), "\(String(decoding: result.errors, as: UTF8.self))")
        let view = try JSONDecoder().decode(View.self, from: Data(result.output))
        let found = try KubernetesConfiguration.load(environment: environment, homeDirectory: nil, files: .disk)
        #expect(found.server == view.clusters[0].cluster.server)
        #expect(found.authentication == .token(Secret(view.users?.first?.user.token ?? "")))
        #expect(found.namespace == view.contexts[0].context.namespace ?? "default")
    }
}
