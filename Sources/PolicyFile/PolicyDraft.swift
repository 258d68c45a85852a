internal import Model

/// What could be read of a policy, good or bad, so that contradictions between policies are told together with the rest.
struct PolicyDraft {
    struct Nodes {
        var nodes: Whitelist.Nodes
        /// The names under `nodePools`; empty with `selector`.
        var pools: [Located<String>]
        /// What the policy claims, at the place of `nodePools` or `selector`.
        var claim: Located<LabelSelector>
    }

    struct Group {
        var reference: Located<SecurityGroupReference>?
        var ports: [Located<ManagedPort>]
        var scope: Located<Whitelist.Group.Scope>?
        /// Complete only when nothing about it was reported.
        var group: Whitelist.Group?
    }

    var name: Located<String>?
    var nodes: Nodes?
    var groups: [Group]
    /// Complete only when nothing about it was reported.
    var whitelist: Whitelist?
}
