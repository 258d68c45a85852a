internal import Model

/// Every key of a policy document: the source of unknown-key hints, of "expected …" texts and of the check that the reference names all
/// keys.
///
/// Beneath `labels`, `annotations` and `matchLabels` the keys are the writer's own.
package enum PolicySchema {
    static let apiVersion = "drawbridge.dev/v1alpha1"
    static let kind = "Whitelist"

    package static let keys: [PolicyKey] = [
        PolicyKey("apiVersion", apiVersion, required: true),
        PolicyKey("kind", kind, required: true),
        PolicyKey("metadata", "a mapping with the policy's name", required: true),
        PolicyKey(
            "metadata.name",
            "a DNS subdomain, such as orders-db, of at most \(RuleOwner.maximumNameAndProjectLength) characters together with the project's id",
            required: true),
        PolicyKey("metadata.namespace", "a namespace's name"),
        PolicyKey("metadata.labels", "a mapping of strings to strings"),
        PolicyKey("metadata.annotations", "a mapping of strings to strings"),
        PolicyKey("spec", "a mapping", required: true),
        PolicyKey("spec.suspend", "true or false", default: "false"),
        PolicyKey("spec.nodes", "a mapping with nodePools or selector"),
        PolicyKey("spec.nodes.nodePools", "a list of node pool names"),
        PolicyKey("spec.nodes.selector", "a label selector: a mapping with matchLabels, matchExpressions or both"),
        PolicyKey("spec.nodes.selector.matchLabels", "a mapping of label keys to values"),
        PolicyKey("spec.nodes.selector.matchExpressions", "a list of mappings with key, operator and values"),
        PolicyKey(
            "spec.nodes.selector.matchExpressions[].key", "a label key, such as cloud.google.com/gke-nodepool", required: true),
        PolicyKey("spec.nodes.selector.matchExpressions[].operator", "In, NotIn, Exists or DoesNotExist", required: true),
        PolicyKey("spec.nodes.selector.matchExpressions[].values", "a list of label values"),
        PolicyKey("spec.nodes.startupTaint", "a taint's key, such as startup-taint.cluster-autoscaler.kubernetes.io/drawbridge"),
        PolicyKey("spec.nodes.maxConcurrentSwaps", "a number from 1 to 1000", default: "16"),
        PolicyKey("spec.addresses", "a mapping with project and labels", required: true),
        PolicyKey(
            "spec.addresses.project", "a Google Cloud project id: 6 to 30 lower-case letters, digits and dashes, a letter first",
            required: true),
        PolicyKey("spec.addresses.labels", "a mapping with at least one label", required: true),
        PolicyKey("spec.addresses.regions", "a list of Google Cloud regions", default: "all regions"),
        PolicyKey("spec.securityGroups", "a list with at least one security group", required: true),
        PolicyKey("spec.securityGroups[].id", "a security group id: sg- and 8 to 17 hexadecimal digits", required: true),
        PolicyKey("spec.securityGroups[].region", "an AWS region, such as eu-west-1", required: true),
        PolicyKey("spec.securityGroups[].roleArn", "a role's ARN, such as arn:aws:iam::123456789012:role/drawbridge"),
        PolicyKey("spec.securityGroups[].externalId", "an external id: 2 to 1224 letters, digits and characters of _+=,.@:/-"),
        PolicyKey("spec.securityGroups[].identity", "environment or google", default: "environment"),
        PolicyKey(
            "spec.securityGroups[].audience", "an audience: 1 to 255 printable characters without spaces, quotes and backslashes",
            default: "sts.amazonaws.com"),
        PolicyKey("spec.securityGroups[].ports", "a list with at least one port", required: true),
        PolicyKey("spec.securityGroups[].ports[].protocol", "tcp or udp", required: true),
        PolicyKey("spec.securityGroups[].ports[].port", "a port number from 0 to 65535"),
        PolicyKey("spec.securityGroups[].ports[].fromPort", "a port number from 0 to 65535"),
        PolicyKey("spec.securityGroups[].ports[].toPort", "a port number from 0 to 65535"),
        PolicyKey("spec.securityGroups[].foreignRules", "revoke or report (there is no default)", required: true),
        PolicyKey("spec.securityGroups[].scope", "ports or group", default: "ports"),
        PolicyKey("spec.securityGroups[].ruleQuota", "a number from 1 to 1000", default: "60"),
        PolicyKey("spec.securityGroups[].keep", "a list of mappings with one of cidr, securityGroup and prefixList"),
        PolicyKey("spec.securityGroups[].keep[].cidr", "a CIDR block, such as 10.0.0.0/16"),
        PolicyKey("spec.securityGroups[].keep[].securityGroup", "a security group id: sg- and 8 to 17 hexadecimal digits"),
        PolicyKey("spec.securityGroups[].keep[].prefixList", "a prefix list id: pl- and 8 to 17 hexadecimal digits"),
        PolicyKey("spec.safety", "a mapping"),
        PolicyKey("spec.safety.maxRevocations", "a number from 0 to 1000", default: "10"),
        PolicyKey("spec.safety.allowEmpty", "true or false", default: "false"),
        PolicyKey("spec.alerts", "a mapping"),
        PolicyKey("spec.alerts.unboundAfter", "a duration above 0 and up to 720h, such as 15m or 1h30m", default: "15m"),
        PolicyKey("spec.alerts.unassignedAfter", "a duration above 0 and up to 720h, such as 15m or 1h30m", default: "2m"),
        PolicyKey("spec.alerts.repeatEvery", "a duration above 0 and up to 720h, such as 15m or 1h30m", default: "1h"),
    ]

    private static let byParent = Dictionary(grouping: keys, by: \.parent)
    private static let byPath = Dictionary(uniqueKeysWithValues: keys.map { ($0.path, $0) })

    /// The keys of the mapping at a path, in the order of the table.
    static func keys(of parent: String) -> [PolicyKey] { byParent[parent] ?? [] }
    static func key(_ path: String) -> PolicyKey? { byPath[path] }

    /// What to say of a key that is none, beyond the list of those there are.
    static func hint(for unknown: String, in parent: String) -> String {
        let known = keys(of: parent).map(\.name)
        let nearest = known.map { ($0, EditDistance.between(unknown.lowercased(), $0.lowercased())) }.min { $0.1 < $1.1 }
        if let (name, distance) = nearest, distance <= max(1, min(3, name.count / 3)) { return " (did you mean \(name)?)" }
        if let elsewhere = keys.first(where: { $0.name == unknown }) {
            return " (\(unknown) belongs \(elsewhere.parent.isEmpty ? "at the top" : "in \(elsewhere.parent)"))"
        }
        return ""
    }
}
