import AWS
import Logging
import Model

/// What a long-lived controller does beside its work: gives memory back, and says when AWS's clock and this machine's have come apart.
struct Upkeep {
    let clouds: Clouds
    let logger: Logger
    /// After the start has touched what only a start touches.
    private let first = Duration.seconds(10)
    private let period = Duration.seconds(15)
    /// EC2 refuses requests that are dated further off than five minutes.
    private let skewLimit = Duration.seconds(60)

    init(clouds: Clouds, logger: Logger) {
        self.clouds = clouds
        self.logger = logger
    }

    /// Runs until cancelled.
    func run() async {
        var delay = first
        var warned = Duration.zero
        while true {
            do { try await clouds.runtime.sleep(delay) } catch { return }
            delay = period
            ResidentMemory.trim()
            let skew = clouds.securityGroups.clients.clockSkew
            if max(skew, .zero - skew) >= skewLimit, skew != warned {
                warned = skew
                let direction = skew > .zero ? "behind" : "ahead of"
                logger.warning("this machine's clock is \(max(skew, .zero - skew).brief) \(direction) AWS's; requests are dated by AWS's. Set the clock (NTP)")
            }
        }
    }
}
