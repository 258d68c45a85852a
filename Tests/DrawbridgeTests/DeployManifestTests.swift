import ArgumentParser
import Foundation
import Model
import Peers
import PolicyFile
import Testing
import YAML

@testable import drawbridge

/// The Deployment and the ConfigMap against the command line, the policy schema and the trust policy.
@Suite struct DeployManifestTests {
    /// The pods' command, parsed by the real command line.
    static func run() throws -> RunCommand {
        let arguments = try DeployFolder.container().at("args").texts
        return try #require(try DrawbridgeCommand.parseAsRoot(arguments) as? RunCommand, "not a run: \(arguments)")
    }

    private static func environment() throws -> [String: YAMLNode] {
        Dictionary(uniqueKeysWithValues: try DeployFolder.container().at("env").list.map { ($0.name, $0) })
    }

    private static func mountPath(_ volume: String) throws -> String {
        let mount = try #require(try DeployFolder.container().at("volumeMounts").list.first { $0.name == volume }, "no mount of \(volume)")
        #expect(mount["subPath"] == nil, "a file mounted by subPath never changes")
        return try #require(mount["mountPath"]?.text)
    }

    @Test func `the pods' command line is understood, and writes`() throws {
        let run = try Self.run()
        #expect(!run.dryRun)
    }

    @Test func `the probes and the container port are those that are served, on an address that the kubelet reaches`() throws {
        let container = try DeployFolder.container()
        let port = try #require(try container.at("ports").list.first)
        #expect(try Self.run().listen == .address(host: "0.0.0.0", port: #require(port["containerPort"]?.int)))
        let help = RunCommand.helpMessage()
        for (probe, path) in [("livenessProbe", "/livez"), ("readinessProbe", "/readyz")] {
            let request = try container.at(probe, "httpGet")
            #expect(request["path"]?.text == path && help.contains(path))
            #expect(request["port"]?.text == port.name)
        }
    }

    @Test func `pods are killed only after swaps in flight and the Lease have had their time`() throws {
        let limit = try #require(try DeployFolder.podSpec().at("terminationGracePeriodSeconds").int)
        #expect(try Self.run().gracePeriod.duration + .seconds(5) <= .seconds(limit))
    }

    @Test func `the ConfigMap holds a policy that validates, where the command looks for it, and that only reports at first`() throws {
        let map = try DeployFolder.object(ofKind: "ConfigMap")
        let volume = try #require(
            try DeployFolder.podSpec().at("volumes").list.first { $0["configMap"]?.name == map.name }, "the ConfigMap is not mounted")
        let path = try Self.run().policy.policy
        let folder = try Self.mountPath(volume.name) + "/"
        #expect(path.hasPrefix(folder))
        let text = try #require(map["data"]?[String(path.dropFirst(folder.count))]?.text, "no such key in the ConfigMap: \(path)")
        let policies = try PolicyFile.parse(Array(text.utf8), name: "ConfigMap")
        #expect(policies.count == 1)
        #expect(policies.flatMap(\.securityGroups).allSatisfy { $0.foreignRules == .report })
    }

    @Test func `replicas prefer nodes outside the policy's pools`() throws {
        let map = try DeployFolder.object(ofKind: "ConfigMap")
        let text = try #require(try map.at("data").entries?.first?.value.text)
        let nodes = try #require(try YAML.parse(Array(text.utf8), limits: YAMLLimits()).first?["spec"]?["nodes"])
        let preferred = try DeployFolder.podSpec().at("affinity", "nodeAffinity", "preferredDuringSchedulingIgnoredDuringExecution").list
        let expressions = preferred.flatMap { $0["preference"]?["matchExpressions"]?.list ?? [] }
        #expect(expressions.map { $0["key"]?.text } == ["cloud.google.com/gke-nodepool"])
        #expect(expressions.map { $0["operator"]?.text } == ["NotIn"])
        #expect(try expressions.map { $0["values"]?.texts } == [nodes.at("nodePools").texts])
    }

    @Test(arguments: [("POD_NAME", "metadata.name"), ("POD_NAMESPACE", "metadata.namespace"), ("NODE_NAME", "spec.nodeName")])
    func `a replica knows its name, its namespace and its node`(variable: String, field: String) throws {
        let entry = try #require(try Self.environment()[variable])
        #expect(entry["valueFrom"]?["fieldRef"]?["fieldPath"]?.text == field)
    }

    @Test func `the token is mounted where the variable points, for the audience and the account that the trust policy names`() throws {
        let volume = try #require(try DeployFolder.podSpec().at("volumes").list.first { $0["projected"] != nil })
        let token = try #require(try volume.at("projected", "sources").list.first).at("serviceAccountToken")
        let path = try #require(token["path"]?.text)
        let environment = try Self.environment()
        #expect(try environment["AWS_WEB_IDENTITY_TOKEN_FILE"]?["value"]?.text == Self.mountPath(volume.name) + "/" + path)
        #expect(environment["AWS_ROLE_ARN"]?["value"]?.text?.hasPrefix("arn:aws:iam::") == true)
        let audience = try #require(token["audience"]?.text)
        let trust = try DeployFolder.text("policies/aws-trust-gke-oidc.json")
        #expect(trust.contains(":aud\": \"\(audience)\""))
    }

    @Test func `the pods keep to the restricted profile, and run as the image's user`() throws {
        let pod = try DeployFolder.podSpec().at("securityContext")
        let container = try DeployFolder.container().at("securityContext")
        #expect(pod["runAsNonRoot"]?.bool == true)
        #expect(pod["seccompProfile"]?["type"]?.text == "RuntimeDefault")
        #expect(container["allowPrivilegeEscalation"]?.bool == false)
        #expect(container["readOnlyRootFilesystem"]?.bool == true)
        #expect(try container.at("capabilities", "drop").texts == ["ALL"])
        let user = try #require(pod["runAsUser"]?.int)
        let group = try #require(pod["runAsGroup"]?.int)
        #expect(user > 0)
        #expect(try DeployFolder.text("deploy/Dockerfile").contains("\nUSER \(user):\(group)\n"))
        let namespace = try DeployFolder.object(ofKind: "Namespace").at("metadata", "labels")
        #expect(namespace["pod-security.kubernetes.io/enforce"]?.text == "restricted")
    }

    private static let validator = Python.program("kubernetes-validate")

    // Skipped without kubernetes-validate: the schemas are in it.
    @Test(.enabled(if: validator != nil, "kubernetes-validate is not installed: run make test"), arguments: DeployFolder.manifestFiles)
    func `each manifest is one by Kubernetes' own schemas`(path: String) throws {
        let process = Process()
        process.executableURL = Self.validator
        process.arguments = ["--strict", Repository.file(path).path]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(output)")
        #expect(output.contains("passed"), "\(output)")
    }
}
