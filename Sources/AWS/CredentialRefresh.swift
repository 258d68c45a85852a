package import Model

/// When credentials are fetched, and which are given meanwhile: the state machine of `CachedCredentials`.
///
/// - Fresh ones are given as they are.
/// - From `advance` before their end on, one refresh runs while the old ones are still given.
/// - Keys without an end are looked up again after `advance`, in the same way: the files that they came from may have changed.
/// - In the last `reserve` the caller who starts a refresh waits for it; who comes while it runs gets the old ones. After the
///   end all wait. If the refresh fails and the old ones have not ended, they are given.
/// - A failed refresh is told to those who waited and is then forgotten: the next caller tries again. While the old ones serve
///   there is `pause` between two refreshes, after a success as well: a source may give keys that have less than `advance` left.
///
/// Source for the two limits: botocore 1.43, credentials.py, RefreshableCredentials, whose advisory and mandatory ones are 15 and
/// 10 minutes. Here they are shorter: instance metadata need not have new keys before the last five minutes.
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
    private var lastFailure: (at: Instant, error: APIError)?

    package init() {}

    /// Why the last refresh failed, while older credentials still serve.
    package func failure(now: Instant) -> APIError? { serves(now) ? lastFailure?.error : nil }

    private func serves(_ now: Instant) -> Bool {
        guard let held else { return false }
        return held.end.map { now < $0 } ?? true
    }

    package mutating func request(now: Instant) -> Action {
        guard let held, serves(now) else { return startOrWait() }
        let pauses = lastFailure.map { now - $0.at < Self.pause } ?? false
        guard now >= held.lookAgain, !isRefreshing, !pauses else { return .use(held.credentials) }
        isRefreshing = true
        guard let end = held.end, end - now <= Self.reserve else { return .useAndRefresh(held.credentials) }
        return .refresh
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
            let ahead = end.map { $0 + (.zero - Self.advance) } ?? moment.instant + Self.advance
            held = (credentials, end, max(ahead, moment.instant + Self.pause))
            return result
        case .failure(let error):
            lastFailure = (moment.instant, error)
            if let held, serves(moment.instant) { return .success(held.credentials) }
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
