package import Model

/// When credentials are fetched, and which are given meanwhile: the state machine of `CachedCredentials`.
///
/// - Fresh ones are given as they are.
/// - From `advance` before their end on, one refresh runs while the old ones are still given.
/// - Keys without an end are looked up again after `advance`, in the same way: the files that they came from may have changed.
/// - In the last `reserve`, and after the end, callers wait for the refresh; if it fails and the old ones have not ended, they
///   are given.
/// - A failed refresh is told to those who waited and is then forgotten: the next caller tries again (after `pause`, while old
///   ones serve).
package struct CredentialRefresh: Sendable {
    package enum Action: Hashable, Sendable {
        case use(AWSCredentials)
        /// Use these, and start a refresh beside.
        case useAndRefresh(AWSCredentials)
        /// Start a refresh and wait for it.
        case refresh
        /// Wait for the refresh that is under way.
        case wait
    }

    /// AWS gives new instance credentials at least five minutes before the old ones end.
    /// Source: IAM documentation, "Retrieve security credentials from instance metadata".
    package static let advance = Duration.seconds(300)
    package static let reserve = Duration.seconds(60)
    package static let pause = Duration.seconds(15)

    private var held: (credentials: AWSCredentials, end: Instant?, lookAgain: Instant)?
    private var isRefreshing = false
    private var lastFailure: Instant?

    package init() {}

    package mutating func request(now: Instant) -> Action {
        guard let held else { return startOrWait() }
        if now < held.lookAgain { return .use(held.credentials) }
        let paused = isRefreshing || lastFailure.map { now - $0 < Self.pause } ?? false
        guard let end = held.end, end - now <= Self.reserve else {
            if paused { return .use(held.credentials) }
            isRefreshing = true
            return .useAndRefresh(held.credentials)
        }
        if end > now, !isRefreshing, paused { return .use(held.credentials) }
        return startOrWait()
    }

    private mutating func startOrWait() -> Action {
        if isRefreshing { return .wait }
        isRefreshing = true
        return .refresh
    }

    /// - Returns: what those who waited get.
    package mutating func refreshed(_ result: Result<AWSCredentials, APIError>, at moment: Moment) -> Result<
        AWSCredentials, APIError
    > {
        isRefreshing = false
        switch result {
        case .success(let credentials):
            lastFailure = nil
            let end = credentials.expiration.map { moment.instant + ($0 - moment.wall) }
            held = (credentials, end, end.map { $0 + (.zero - Self.advance) } ?? moment.instant + Self.advance)
            return result
        case .failure:
            lastFailure = moment.instant
            if let held, held.end.map({ $0 > moment.instant }) ?? true { return .success(held.credentials) }
            return result
        }
    }

    /// Forgets these credentials, if they are the ones held.
    package mutating func discard(_ credentials: AWSCredentials) {
        guard held?.credentials == credentials else { return }
        held = nil
        lastFailure = nil
    }
}
