/// One statement of an IAM policy that allows something. Drawbridge's policies deny nothing.
package struct AWSPolicyStatement: Hashable, Sendable {
    /// Whom a trust policy lets in.
    package enum Principal: Hashable, Sendable {
        /// ARNs of roles or users.
        case aws([String])
        /// The ARN of an OpenID Connect provider of the account, or the name of one that AWS knows by itself.
        case federated(String)
    }

    package let sid: String?
    /// In a trust policy only.
    package let principal: Principal?
    package let actions: [String]
    /// In a permissions policy only.
    package let resources: [String]
    /// Keys of the request's context, each with the values of which it must equal one. All keys must hold.
    package let stringEquals: [String: [String]]

    init(sid: String?, actions: [String], on resources: [String], where stringEquals: [String: [String]]) {
        self.sid = sid
        principal = nil
        self.actions = actions
        self.resources = resources
        self.stringEquals = stringEquals
    }

    init(trusting principal: Principal, with action: String, where stringEquals: [String: [String]]) {
        sid = nil
        self.principal = principal
        actions = [action]
        resources = []
        self.stringEquals = stringEquals
    }

    var json: OrderedJSON {
        var members: [OrderedJSON.Member] = []
        if let sid { members.append(.init("Sid", .text(sid))) }
        members.append(.init("Effect", .text("Allow")))
        switch principal {
        case .aws(let arns): members.append(.init("Principal", .object([.init("AWS", .texts(arns))])))
        case .federated(let provider): members.append(.init("Principal", .object([.init("Federated", .text(provider))])))
        case nil: break
        }
        members.append(.init("Action", .texts(actions)))
        if principal == nil { members.append(.init("Resource", .texts(resources))) }
        if !stringEquals.isEmpty {
            let keys = stringEquals.sorted { $0.key < $1.key }
                .map { OrderedJSON.Member(Self.literal($0.key), .texts($0.value.map(Self.literal))) }
            members.append(.init("Condition", .object([.init("StringEquals", .object(keys))])))
        }
        return .object(members)
    }

    /// IAM takes `${` for the start of a policy variable; what is no placeholder of ours is meant as it stands.
    /// Source: IAM User Guide, "Variables and tags": `${$}` stands for a dollar sign.
    private static func literal(_ text: String) -> String {
        let parts = text.split(separator: "${", omittingEmptySubsequences: false)
        return parts.dropFirst().reduce(String(parts[0])) { result, part in
            let isOurs = RightsPlaceholder.allCases.contains { part.hasPrefix($0.rawValue + "}") }
            return result + (isOurs ? "${" : "${$}{") + part
        }
    }
}
