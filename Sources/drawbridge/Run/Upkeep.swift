import AWS
import Logging
import Model

/// What a long-lived controller does beside its work, a while after a pass: gives memory back, and says when AWS's clock and this
/// machine's have come apart, and when AWS's keys could not be renewed and the old ones still serve.
struct Upkeep {
    private let clouds: Clouds
    private let logger: Logger
    private let nudges: AsyncStream<Void>
    private let nudger: AsyncStream<Void>.Continuation
    /// After a pass: what it still hands over is over by then. Passes that come faster are seen to together.
    private let delay = Duration.seconds(1)
    /// EC2 refuses requests that are dated further off than five minutes.
    private let skewLimit = Duration.seconds(60)

    init(clouds: Clouds, logger: Logger) {
        self.clouds = clouds
        self.logger = logger
        (nudges, nudger) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// A pass has ended, whatever it left to do.
    func passed() { nudger.yield() }

    /// Runs until cancelled.
    func run() async {
        var warned = Duration.zero
        var told: Set<String> = []
        for await _ in nudges {
            do { try await clouds.runtime.sleep(delay) } catch { return }
            ResidentMemory.trim()
            let failures = Set(clouds.securityGroups.clients.refreshFailures.map(\.description))
            for failure in failures.subtracting(told).sorted() {
                logger.warning("AWS's keys could not be renewed; the old ones serve until they end: \(failure)")
            }
            told = failures
            let skew = clouds.securityGroups.clients.clockSkew
            let distance = max(skew, .zero - skew)
            guard distance >= skewLimit, skew != warned else { continue }
            warned = skew
            let direction = skew > .zero ? "behind" : "ahead of"
            logger.warning("this machine's clock is \(distance.brief) \(direction) AWS's; requests are dated by AWS's. Set the clock (NTP)")
        }
    }
}
