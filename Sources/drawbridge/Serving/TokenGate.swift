import Cryptography
import Locking
import Model

/// Lets in who brings a bearer token that the cluster knows. Answers are kept for a minute, refusals for a few seconds, and so many at most: a
/// reader who asks every second costs the API server one question a minute.
final class TokenGate: Sendable {
    enum Verdict: Hashable, Sendable {
        case admitted(String)
        case refused
        /// The cluster could not be asked.
        case unknown
    }

    private struct Entry {
        var verdict: Verdict
        var until: Instant
    }

    private struct State {
        var entries: [[UInt8]: Entry] = [:]
        var asking = 0
    }

    static let keptAdmitted = Duration.seconds(60)
    static let keptRefused = Duration.seconds(5)
    private static let entryLimit = 1024
    private static let askingLimit = 8
    /// Longer than any token of a cluster.
    private static let tokenBytes = 16 << 10

    private let runtime: Runtime
    private let review: @Sendable (Secret) async throws(APIError) -> String?
    private let state = Locked(State())

    /// - Parameter review: the name of who has a token, as the cluster has it; `nil` for one that it does not know.
    init(runtime: Runtime, review: @escaping @Sendable (Secret) async throws(APIError) -> String?) {
        self.runtime = runtime
        self.review = review
    }

    /// - Parameter authorization: the header's value.
    func judge(_ authorization: String?) async -> Verdict {
        guard let authorization, authorization.utf8.count <= Self.tokenBytes else { return .refused }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer", !parts[1].isEmpty else { return .refused }
        let token = Secret(String(parts[1]))
        let key = SHA256.digest(Array(token.exposed.utf8))
        let now = runtime.now().instant
        enum Next { case known(Verdict), ask, busy }
        let next: Next = state.withLock { state in
            if let entry = state.entries[key], entry.until > now { return .known(entry.verdict) }
            guard state.asking < Self.askingLimit else { return .busy }
            state.asking += 1
            return .ask
        }
        switch next {
        case .known(let verdict): return verdict
        case .busy: return .unknown
        case .ask: break
        }
        let verdict: Verdict
        do throws(APIError) {
            verdict = try await review(token).map(Verdict.admitted) ?? .refused
        } catch {
            verdict = .unknown
        }
        state.withLock { state in
            state.asking -= 1
            state.entries = state.entries.filter { $0.value.until > now }
            guard verdict != .unknown, state.entries.count < Self.entryLimit else { return }
            state.entries[key] = Entry(verdict: verdict, until: now + (verdict == .refused ? Self.keptRefused : Self.keptAdmitted))
        }
        return verdict
    }
}
