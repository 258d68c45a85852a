import FoundationEssentials
import HTTP
import Kubernetes
import Model
import Reporting

/// Asks a running controller: by its URL, or through the API server's proxy. When a replica answers that only stands by, the one that
/// leads is asked; at a URL, where no other can be, a warning names it.
struct ControllerClient: Sendable {
    enum Place: Sendable {
        /// `http://127.0.0.1:8080`, and the token to bring along.
        case url(String, token: Secret?)
        /// A Service of the cluster. Source: Kubernetes documentation, "Access Services Running on Clusters", manually constructing apiserver proxy URLs.
        case cluster(KubernetesClient, namespace: String, service: String, port: Int)
    }

    struct Answer: Sendable {
        var status: Int
        var body: [UInt8]
        /// Who leads, when that is another one.
        var leader: String?
        /// Whether an explanation has an answer.
        var isFound: Bool

        init(_ response: HTTPResponse) {
            status = response.status
            body = response.body
            leader = response.headers[StatusSite.leaderHeader]
            isFound = response.headers[StatusSite.answersHeader].map { $0 != "0" } ?? true
        }

        var text: String { String(decoding: body, as: UTF8.self) }

        /// Says so where what was answered is from a replica that stands by, which knows little: its history may be empty.
        func warn() {
            guard let leader else { return }
            let isName = leader.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E
            }
            let way =
                isName && !leader.hasPrefix("-")
                ? "kubectl port-forward -n \(ControllerOptions.defaultNamespace) pod/\(leader) \(ControllerOptions.defaultPort)"
                : "it is asked where it listens"
            Console.error(
                "this is from a replica that stands by and knows little; \(Printable.line(String(leader.prefix(300)))) leads: \(way)")
        }
    }

    /// Why there is no answer; for people.
    struct Failure: Error {
        var message: String
    }

    let place: Place
    let transport: any HTTPTransport

    /// Bytes of an answer at most.
    static let answerBytes = 32 << 20

    /// - Parameter target: path and query, such as `/api/v1/status`.
    func get(_ target: String) async throws(Failure) -> Answer {
        switch place {
        case .url(let base, let token): return try await direct(base, target, token)
        case .cluster(let client, let namespace, let service, let port):
            let first = try await proxied(client, .service, namespace, service, port, target)
            guard let leader = first.leader else { return first }
            do throws(Failure) {
                return try await proxied(client, .pod, namespace, leader, port, target)
            } catch {
                throw Failure(
                    message: "a replica that stands by answered, and \(leader), which leads, could not be asked: \(error.message)")
            }
        }
    }

    private func direct(_ base: String, _ target: String, _ token: Secret?) async throws(Failure) -> Answer {
        var headers: HTTPHeaders = [:]
        if let token { headers.add("Authorization", "Bearer \(token.exposed)") }
        let limits = HTTPLimits(connect: .seconds(5), total: .seconds(20), idle: .seconds(15), responseBytes: Self.answerBytes)
        let url = (base.hasSuffix("/") ? String(base.dropLast()) : base) + target
        do {
            let response = try await transport.send(HTTPRequest("GET", url, headers: headers, body: nil, limits: limits))
            return Answer(response)
        } catch {
            throw Failure(
                message:
                    "GET \(url.withoutUser): \(error); is the controller there? It listens on 127.0.0.1:8080 unless told otherwise (run --listen)"
            )
        }
    }

    private func proxied(
        _ client: KubernetesClient, _ kind: KubernetesClient.ProxiedKind, _ namespace: String, _ name: String, _ port: Int,
        _ target: String
    ) async throws(Failure) -> Answer {
        do throws(APIError) {
            let response = try await client.proxy(kind, name, namespace: namespace, port: port, target: target)
            return Answer(response)
        } catch {
            throw Failure(
                message:
                    "\(error); name the controller's Service by --namespace, --service and --port, or ask it directly by --url (kubectl port-forward)"
            )
        }
    }
}
