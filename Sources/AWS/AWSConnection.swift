package import HTTP
package import Model
import SigV4

/// What all clients of AWS share.
package struct AWSConnection: Sendable {
    package var transport: any HTTPTransport
    package var runtime: Runtime
    package var environment: AWSEnvironment
    package var skew: ClockSkew
    package var meter: CallMeter
    let keys = SigningKeyCache(capacity: 64)

    package init(transport: any HTTPTransport, runtime: Runtime, environment: AWSEnvironment, skew: ClockSkew, meter: CallMeter = .none) {
        self.transport = transport
        self.runtime = runtime
        self.environment = environment
        self.skew = skew
        self.meter = meter
    }
}
