import Kubernetes
import Testing
import YAML

@testable import drawbridge

/// The manifests' RBAC rules against the requests that the client makes.
@Suite struct DeployRightsTests {
    /// Where each permission is granted: `cluster`, or a namespace.
    private static func grants() throws -> [String: Set<String>] {
        var grants: [String: Set<String>] = [:]
        for role in try DeployFolder.objects(ofKind: "ClusterRole", "Role") {
            for rule in try role.at("rules").list {
                for group in try rule.at("apiGroups").texts {
                    for resource in try rule.at("resources").texts {
                        for verb in try rule.at("verbs").texts {
                            let permission = group.isEmpty ? "\(verb) \(resource)" : "\(verb) \(resource).\(group)"
                            grants[permission, default: []].insert(role.namespace ?? "cluster")
                        }
                    }
                }
            }
        }
        return grants
    }

    @Test func `the roles grant what the client uses and nothing else`() throws {
        #expect(try Set(Self.grants().keys) == Set(KubernetesPermissions.used.map(\.description)))
    }

    @Test func `nodes are granted in the cluster, leases in its own namespace, events there and in default`() throws {
        for (permission, places) in try Self.grants() {
            let expected: Set<String> =
                if permission.hasSuffix(" nodes") {
                    ["cluster"]
                } else if permission.hasSuffix(" events") {
                    ["default", "drawbridge"]
                } else {
                    ["drawbridge"]
                }
            #expect(places == expected, "\(permission)")
        }
    }

    @Test func `every role is bound to the pods' service account and to nothing else`() throws {
        let account = try DeployFolder.object(ofKind: "ServiceAccount")
        #expect(try DeployFolder.podSpec().at("serviceAccountName").text == account.name)
        #expect(try DeployFolder.object(ofKind: "Deployment").namespace == account.namespace)
        let bindings = try DeployFolder.objects(ofKind: "ClusterRoleBinding", "RoleBinding")
        let roles = try DeployFolder.objects(ofKind: "ClusterRole", "Role")
        #expect(bindings.count == roles.count)
        for role in roles {
            let kind = try #require(role["kind"]?.text)
            let bound = bindings.filter {
                $0["kind"]?.text == kind + "Binding" && $0.namespace == role.namespace && $0["roleRef"]?["kind"]?.text == kind
                    && $0["roleRef"]?.name == role.name
            }
            #expect(bound.count == 1, "\(kind) \(role.name)")
            for binding in bound {
                let subjects = try binding.at("subjects").list
                #expect(subjects.map { $0["kind"]?.text } == ["ServiceAccount"])
                #expect(subjects.map(\.name) == [account.name])
                #expect(subjects.map { $0["namespace"]?.text } == [account.namespace])
            }
        }
    }

    @Test func `the Lease that the role names is the one that the pods take`() throws {
        let run = try DeployManifestTests.run()
        let names = try DeployFolder.objects(ofKind: "Role").flatMap { try $0.at("rules").list }
            .filter { $0["resources"]?.texts == ["leases"] }.compactMap { $0["resourceNames"]?.texts }
        #expect(names == [[run.leaseName]])
    }

    @Test func `the ConfigMaps that the role names are those that the controller keeps beside the Lease`() throws {
        let run = try DeployManifestTests.run()
        let names = try DeployFolder.objects(ofKind: "Role").flatMap { try $0.at("rules").list }
            .filter { $0["resources"]?.texts == ["configmaps"] }.compactMap { $0["resourceNames"]?.texts }
        #expect(names == [["\(run.leaseName)-state", "\(run.leaseName)-report"]])
    }
}
