package import Commands
package import HTTP
import Locking
package import Model

/// Reads and writes what Drawbridge needs of a Kubernetes cluster: nodes, one Lease, Events.
///
/// Every error is an `APIError` whose disposition says what to do: `APIError+Kubernetes.swift` is the table.
/// `KubernetesPermissions` lists the rights it uses.
package struct KubernetesClient: Sendable {
    /// Where the Lease and its Events live.
    package let namespace: String
    /// Where the configuration was read, for people.
    package let origin: String
    package let server: String
    let api: APIServer
    /// How many nodes the last list of each selector had.
    let listed = Locked<[String: Int]>([:])

    /// - Parameters:
    ///   - files: reads the token file, again and again.
    ///   - commands: runs the exec plugin.
    ///   - makeTransport: called once, and again when an exec plugin gives another client certificate.
    package init(
        configuration: KubernetesConfiguration, runtime: Runtime, files: FileReader, commands: CommandRunner,
        meter: CallMeter = .none, makeTransport: @escaping @Sendable (HTTPClientConfiguration) -> any HTTPTransport
    ) {
        namespace = configuration.namespace
        origin = configuration.origin
        server = configuration.server
        api = APIServer(
            configuration: configuration, runtime: runtime, files: files, commands: commands, meter: meter,
            makeTransport: makeTransport)
    }

    /// Sends a call and reads its answer.
    func answer<Value: Decodable>(_ call: APICall, as type: Value.Type) async throws(APIError) -> Value {
        let response = try await api.send(call)
        do {
            return try UnreadableJSON.decode(type, from: response.body)
        } catch {
            throw APIError(unreadable: error.message, status: response.status, to: call)
        }
    }
}
