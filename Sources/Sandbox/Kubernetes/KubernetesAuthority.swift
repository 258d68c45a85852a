package import Model

/// Who may call the embedded API server, and what they may not do.
package struct KubernetesAuthority: Hashable, Sendable {
    package struct User: Hashable, Sendable {
        package var name: String
        package var groups: [String]

        package init(name: String, groups: [String] = ["system:authenticated"]) {
            self.name = name
            self.groups = groups
        }
    }

    /// What is refused with 403; `nil` stands for any.
    package struct Denial: Hashable, Sendable {
        package var user: String?
        /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`.
        package var verb: String?
        package var group: String?
        /// `nodes`, or `nodes/status` for a subresource.
        package var resource: String?
        package var namespace: String?

        package init(
            user: String? = nil, verb: String? = nil, group: String? = nil, resource: String? = nil, namespace: String? = nil
        ) {
            self.user = user
            self.verb = verb
            self.group = group
            self.resource = resource
            self.namespace = namespace
        }
    }

    /// Bearer tokens and whose they are. An unknown token answers 401.
    package var tokens: [Secret: User]
    /// Whose the calls without any token are; `nil`: they answer 401. kubectl sends no credentials over plain HTTP, so where the API is
    /// served without TLS this is how it gets in. Source: k8s.io/client-go tools/clientcmd/client_config.go, ClientConfig.
    package var anonymous: User?
    package var denials: [Denial]

    package init(tokens: [Secret: User], anonymous: User? = nil, denials: [Denial] = []) {
        self.tokens = tokens
        self.anonymous = anonymous
        self.denials = denials
    }

    package func allows(user: User, verb: String, group: String, resource: String, namespace: String?) -> Bool {
        !denials.contains { denial in
            (denial.user ?? user.name) == user.name && (denial.verb ?? verb) == verb && (denial.group ?? group) == group
                && (denial.resource ?? resource) == resource && (denial.namespace == nil || denial.namespace == namespace)
        }
    }

    package func user(bearer token: String) -> User? { tokens[Secret(token)] }
}
