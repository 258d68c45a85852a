/// How the embedded Compute Engine behaves where the real one varies.
package struct ComputeSettings: Hashable, Sendable {
    /// From a call to its operation's end.
    package var addAccessConfig: Duration = .milliseconds(400)
    package var deleteAccessConfig: Duration = .milliseconds(300)
    package var addressOperation: Duration = .milliseconds(200)
    package var deleteInstance: Duration = .milliseconds(300)
    /// How long an Address stays IN_USE after its instance is gone.
    package var addressReleaseLag: Duration = .milliseconds(200)
    /// How long a `requestId` is remembered.
    package var requestIDWindow: Duration = .seconds(3600)
    /// Of `operations.wait`. Source: Compute Engine REST v1, zoneOperations.wait.
    package var waitLimit: Duration = .seconds(120)
    /// Whether a wrong region or tier is refused at once with 400, or makes an operation that ends with an error.
    package var validatesAtOnce = true
    /// Whether the first page of every aggregated list is empty and names a next one, as happens.
    package var startsWithEmptyPage = false
    /// Calls a fixed minute of one project; `nil`: no limit.
    package var requestsPerMinute: Int?

    package init() {}
}
