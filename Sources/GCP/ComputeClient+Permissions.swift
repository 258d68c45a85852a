import FoundationEssentials
import HTTP
package import Model

extension ComputeClient {
    /// For a question, its retries included: a swap waits for it.
    private static let questionLimit = Duration.seconds(5)

    /// The permissions of a swap that the caller certainly lacks, sorted; none if it has them all.
    ///
    /// Asked are `compute.instances.addAccessConfig` and `deleteAccessConfig` on the instance, `compute.addresses.use` on the
    /// Address and `compute.subnetworks.useExternalIp` on the subnetwork. An answer holds for 10 minutes, for all instances of a
    /// zone and all Addresses of a region. `compute.zoneOperations.get` can't be asked about.
    ///
    /// - Throws: if nothing is known to be missing, and of some permission nothing is known: the method is not there, the caller
    ///   may not ask, or the answer is not what is documented.
    /// Source: Compute Engine REST v1, `instances.testIamPermissions`, `addresses.testIamPermissions`,
    /// `subnetworks.testIamPermissions` (discovery document, revision 20261106).
    package func missingPermissions(
        instance: InstanceReference, subnetwork: SubnetworkReference?, address: AddressReference
    ) async throws(APIError) -> [String] {
        let questions = [.instance(instance), .address(address)] + (subnetwork.map { [PermissionQuestion.subnetwork($0)] } ?? [])
        let answers = await withTaskGroup(of: PermissionAnswers.Answer.self) { group in
            for question in questions {
                group.addTask { await self.permissions.answer(for: question.scope) { await self.ask(question) } }
            }
            var answers: [PermissionAnswers.Answer] = []
            for await answer in group { answers.append(answer) }
            return answers
        }
        let missing = answers.flatMap { (try? $0.get()) ?? [] }.sorted()
        if missing.isEmpty { for answer in answers { _ = try answer.get() } }
        return missing
    }

    func ask(_ question: PermissionQuestion) async -> PermissionAnswers.Answer {
        var call = ComputeCall(
            method: question.method, resource: question.resource, verb: "POST", path: question.path + ["testIamPermissions"])
        call.limits.total = Self.questionLimit
        do throws(APIError) {
            call.body = try Self.body(question.needed + [question.witness], call)
            let body = try await answer(to: call, within: Self.questionLimit)
            let granted = Set(try decode(TestedPermissions.self, body, of: call).permissions ?? [])
            guard granted.contains(question.witness) else {
                throw malformed(call, "it does not name \(question.witness), without which nobody gets here")
            }
            return .success(question.needed.filter { !granted.contains($0) })
        } catch {
            return .failure(error)
        }
    }

    private static func body(_ permissions: [String], _ call: ComputeCall) throws(APIError) -> [UInt8] {
        do {
            return [UInt8](try JSONEncoder().encode(TestedPermissions(permissions: permissions)))
        } catch {
            throw call.error("malformed-request", "the permissions can't be written as JSON", .permanent)
        }
    }

    /// The request and its answer, which names those that are granted. Source: Compute Engine REST v1, `TestPermissionsRequest`,
    /// `TestPermissionsResponse`.
    private struct TestedPermissions: Codable {
        var permissions: [String]?
    }
}
