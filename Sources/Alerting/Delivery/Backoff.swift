import Model

/// The pause after so many failures in a row: full jitter over a doubling bound, and never less than the server asked for.
///
/// Source: "Exponential Backoff And Jitter", AWS Architecture Blog.
enum Backoff {
    static let longest = Duration.seconds(300)

    static func pause(failures: Int, named: Duration?, unit: Double) -> Duration {
        let bound = min(longest, .seconds(1) * (1 << min(max(failures - 1, 0), 20)))
        let jittered = Duration.milliseconds(Int64(Double(bound.milliseconds) * min(max(unit, 0), 1)))
        return max(jittered, .milliseconds(500), named ?? .zero)
    }
}
