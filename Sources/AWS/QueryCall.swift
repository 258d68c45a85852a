import Locking
import Model

/// One call of a Query API.
struct QueryCall: Sendable {
    /// The vendor's name, `Action`.
    var operation: String
    /// What it is called on, for people.
    var resource: String
    /// After `Action` and `Version`.
    var parameters: QueryParameters
    /// Whether it changes something.
    var writes: Bool { gate != nil }
    /// Asked before each request of a call that changes something; `nil` for one that doesn't.
    var gate: WriteGate?
    var policy: Retry.Policy
    /// Shared by all calls that may not take each other's retries.
    var budget: Locked<RetryBudget>
    /// What must not stand in an error text, though the server may repeat it.
    var secrets: [Secret]
}
