package import Model

/// What came of asking the API server.
package struct KubernetesExamination: Sendable {
    package typealias Answer<Value> = Result<Value, APIError>

    /// A verb on a resource, and whether the caller may use it.
    package struct Right: Sendable {
        /// `patch nodes`, as `kubectl auth can-i` has it.
        package var permission: String
        /// `nil`: in the whole cluster.
        package var namespace: String?
        /// The one object that it was asked for; `nil`: any.
        package var name: String?
        /// What the loop does without it.
        package var need: Need
        /// Whether it is allowed, and the authorizer's words.
        package var answer: Answer<(isAllowed: Bool, reason: String)>

        package enum Need: Hashable, Sendable {
            /// It can't go on, or no node can be bound.
            case needed
            /// It goes on, later or without telling.
            case useful
            /// No policy of the file uses it.
            case unused
        }

        package init(
            permission: String, namespace: String?, name: String? = nil, need: Need, answer: Answer<(isAllowed: Bool, reason: String)>
        ) {
            self.permission = permission
            self.namespace = namespace
            self.name = name
            self.need = need
            self.answer = answer
        }
    }

    /// Where the configuration was read, and the server's URL.
    package var origin: String
    package var server: String
    package var version: Answer<String>
    /// The caller's name; `.missing` by servers that don't tell.
    package var caller: Answer<String>
    package var rights: [Right]
    /// Of the Lease, and of its Events.
    package var namespace: String
    package var leaseName: String
    /// Who holds the Lease; `nil`: nobody yet, or there is none.
    package var holder: Answer<String?>

    package init(
        origin: String, server: String, version: Answer<String>, caller: Answer<String>, rights: [Right], namespace: String,
        leaseName: String, holder: Answer<String?>
    ) {
        self.origin = origin
        self.server = server
        self.version = version
        self.caller = caller
        self.rights = rights
        self.namespace = namespace
        self.leaseName = leaseName
        self.holder = holder
    }
}
