import Model

/// The cached access token: a value that is stepped with requests and results, and says what to do.
///
/// It refreshes ahead of expiry, with one refresh for all who wait. A refresh that fails leaves no trace but a pause before the
/// next one, and a token that is still valid
/// goes on being used.
struct TokenCache: Sendable {
    enum Answer: Hashable, Sendable {
        case use(Secret)
        case wait
    }

    private struct Held: Sendable {
        var secret: Secret
        var refreshAt: Instant
        var expiresAt: Instant
    }

    /// The metadata server gives out its own cached token until 5 minutes before the end; asking much earlier than that brings
    /// the same one again.
    /// Source: googleapis/google-auth-library-python, `_helpers.REFRESH_THRESHOLD` (3 min 45 s).
    static let ahead = Duration.seconds(225)
    /// A token is not used in its last seconds: the request has yet to get there.
    static let margin = Duration.seconds(10)
    /// Between a failed refresh and the next, while there is a valid token.
    static let pause = Duration.seconds(10)

    private var held: Held?
    private var refreshStart: Instant?

    /// - Returns: what the caller gets, and whether a refresh must be started now.
    mutating func request(now: Instant) -> (answer: Answer, refresh: Bool) {
        if let held, now < held.expiresAt {
            return (.use(held.secret), now >= held.refreshAt && begin(now))
        }
        held = nil
        return (.wait, begin(now))
    }

    /// The refresh has ended. All who wait get its result.
    mutating func finish(_ result: Result<AccessToken, APIError>, now: Instant) {
        let start = refreshStart ?? now
        refreshStart = nil
        switch result {
        case .success(let token):
            let usable = max(token.lifetime - Self.margin, .zero)
            let lead = min(Self.ahead, token.lifetime / 2)
            held = Held(secret: token.secret, refreshAt: start + (token.lifetime - lead), expiresAt: start + usable)
        case .failure:
            held?.refreshAt = now + Self.pause
        }
    }

    mutating func invalidate(_ secret: Secret) {
        if held?.secret == secret { held = nil }
    }

    private mutating func begin(_ now: Instant) -> Bool {
        guard refreshStart == nil else { return false }
        refreshStart = now
        return true
    }
}
