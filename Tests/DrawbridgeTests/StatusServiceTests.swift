import ArgumentParser
import Testing
import YAML

@testable import drawbridge

/// The Service that `drawbridge status` asks through the API server.
@Suite struct StatusServiceTests {
    @Test func `it is the one that the commands ask, and leads to the pods that serve`() throws {
        let service = try DeployFolder.object(ofKind: "Service")
        let command = try #require(try DrawbridgeCommand.parseAsRoot(["status"]) as? StatusCommand)
        #expect(try service.at("metadata", "name").text == command.controller.service)
        #expect(try service.at("metadata", "namespace").text == command.controller.namespace)
        let port = try #require(try service.at("spec", "ports").list.first)
        #expect(port["port"]?.int == command.controller.port)
        let served = try #require(try DeployFolder.container().at("ports").list.first)
        #expect(port["targetPort"]?.text == served["name"]?.text && served["containerPort"]?.int == command.controller.port)
        let labels = try DeployFolder.object(ofKind: "Deployment").at("spec", "template", "metadata", "labels")
        #expect(try service.at("spec", "selector", "app.kubernetes.io/name").text == labels["app.kubernetes.io/name"]?.text)
    }
}
