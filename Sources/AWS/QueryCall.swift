import Locking
import Model

/// One call of a Query API.
struct QueryCall: Sendable {
    /// The vendor's name, `Action`.
    let operation: String
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

    init(
        operation: some QueryOperation, resource: String, parameters: QueryParameters, gate: WriteGate?, policy: Retry.Policy,
        budget: Locked<RetryBudget>, secrets: [Secret]
    ) {
        self.operation = operation.rawValue
        self.resource = resource
        self.parameters = parameters
        self.gate = gate
        self.policy = policy
        self.budget = budget
        self.secrets = secrets
    }
}
