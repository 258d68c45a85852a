import ArgumentParser
import Cryptography
import Kubernetes
import Logging
import Model
import Planning
import Reconciliation

/// What the commands have in common.
enum Session {
    /// One reading, its retries included, must not hold up the loop for longer than this.
    static let readingLimit = Duration.seconds(10)

    /// The clients; where the environment does not give what is needed, says so and ends with status 1.
    static func clouds(_ surroundings: Surroundings, _ policies: [Whitelist], needsCluster: Bool, logger: Logger) throws -> Clouds {
        let clouds: Clouds
        do throws(APIError) {
            clouds = try Clouds(surroundings, runtime: .system, logger: logger)
        } catch {
            Console.error("\(error)")
            throw ExitCode(1)
        }
        if needsCluster, policies.contains(where: { $0.nodes != nil }), case .failure(let error) = clouds.kubernetes {
            Console.error("the policy selects nodes, and no cluster is configured: \(error)")
            throw ExitCode(1)
        }
        return clouds
    }

    static func machine(
        _ policy: Whitelist, of policies: [Whitelist], mode: Reconciler.Mode, interval: Duration, surroundings: Surroundings,
        whitelistOnly: Bool, scope: PlanScope? = nil
    ) -> ReconcilerMachine {
        var machine = ReconcilerMachine(
            policy: policy, mode: mode, times: LoopTimes(interval: interval), ownNode: surroundings.ownNode,
            otherPorts: otherPorts(policy, policies), otherPolicies: others(than: policy.name, policies), whitelistOnly: whitelistOnly,
            hash: { hexadecimal(SHA256.digest($0)) }, uuid: { Runtime.system.uuid() })
        machine.scope = scope
        return machine
    }

    /// What a plan of one policy alone depends on, outside a loop.
    static func context(_ policy: Whitelist, of policies: [Whitelist], ownNode: String?) -> PlanningContext {
        var context = PlanningContext(otherPorts: otherPorts(policy, policies), ownNode: ownNode, hash: { hexadecimal(SHA256.digest($0)) })
        context.otherPolicies = others(than: policy.name, policies)
        return context
    }

    static func others(than name: String, _ policies: [Whitelist]) -> Set<String> { Set(policies.map(\.name)).subtracting([name]) }

    /// What the other policies manage on the groups of a policy.
    static func otherPorts(_ policy: Whitelist, _ policies: [Whitelist]) -> [SecurityGroupReference: [ManagedPort]] {
        var ports: [SecurityGroupReference: [ManagedPort]] = [:]
        for other in policies where other.name != policy.name {
            for group in other.securityGroups { ports[group.reference, default: []] += group.ports }
        }
        return ports.mapValues { $0.sorted() }
    }
}
