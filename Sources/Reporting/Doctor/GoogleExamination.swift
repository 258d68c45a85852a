package import Model

/// What came of asking Google Cloud: who it is, and what it may do for each policy.
package struct GoogleExamination: Sendable {
    package typealias Answer<Value> = Result<Value, APIError>

    package struct Caller: Hashable, Sendable {
        package var email: String?
        package var scopes: [String]?
        /// Whether tokens of these scopes can change instances; `nil` where the scopes are not known.
        package var reachesCompute: Bool?
        /// Whether they can read addresses.
        package var readsCompute: Bool?
        /// `the metadata server metadata.google.internal`.
        package var source: String

        package init(email: String?, scopes: [String]?, reachesCompute: Bool?, readsCompute: Bool?, source: String) {
            self.email = email
            self.scopes = scopes
            self.reachesCompute = reachesCompute
            self.readsCompute = readsCompute
            self.source = source
        }
    }

    /// What was asked of `testIamPermissions`, and what of it the caller lacks.
    package struct Rights: Hashable, Sendable {
        package var resource: String
        package var needed: [String]
        package var answer: Answer<[String]>

        package init(resource: String, needed: [String], answer: Answer<[String]>) {
            self.resource = resource
            self.needed = needed
            self.answer = answer
        }
    }

    /// A right that a call of its own shows: whoever made it has it.
    package struct Probe: Hashable, Sendable {
        package var permission: String
        package var resource: String
        /// What was seen, for people.
        package var answer: Answer<String>
        /// Whether the loop can do nothing without it.
        package var isNeeded: Bool

        package init(permission: String, resource: String, answer: Answer<String>, isNeeded: Bool) {
            self.permission = permission
            self.resource = resource
            self.answer = answer
            self.isNeeded = isNeeded
        }
    }

    package var caller: Answer<Caller>
    /// By the permission's name and what it was tried on.
    package var probes: [Probe] = []
    package var rights: [Rights] = []

    package init(caller: Answer<Caller>) { self.caller = caller }
}
