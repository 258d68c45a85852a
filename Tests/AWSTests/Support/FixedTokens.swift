import AWS
import Locking
import Model

/// Gives tokens in order, and keeps which audiences were asked for.
final class FixedTokens: IdentityTokenSource {
    private struct State {
        var tokens: [String]
        var audiences: [String] = []
    }

    private let state: Locked<State>

    init(_ tokens: [String] = []) { state = Locked(State(tokens: tokens)) }

    var audiences: [String] { state.withLock { $0.audiences } }

    func identityToken(audience: String) async throws(APIError) -> Secret {
        let token = state.withLock { state -> String? in
            state.audiences.append(audience)
            return state.tokens.isEmpty ? nil : state.tokens.removeFirst()
        }
        guard let token else {
            throw APIError(
                api: .credentials, operation: "metadata token", resource: "metadata.google.internal", code: "connect",
                message: "nothing answers there", disposition: .retry(after: nil))
        }
        return Secret(token)
    }
}
