import Foundation

/// IAM's decision on one policy document, as far as the documents of this project go. What it does not know it refuses to judge.
///
/// Where IAM is stricter (a `*` in an ARN does not reach over the first colons), this lets more through: good enough to show that a
/// request is *not* allowed.
/// Source: IAM User Guide, "IAM JSON policy elements reference" and "Policy evaluation logic".
struct PolicyEvaluator {
    enum Decision { case allowed, denied, explicitlyDenied }

    struct Unsupported: Error, CustomStringConvertible {
        var description: String
    }

    struct Request {
        enum Principal: Hashable {
            case aws(String)
            case federated(String)
        }

        var action: String
        /// An ARN; `*` for an action that knows no resources. `nil` where a trust policy is asked.
        var resource: String?
        /// `nil` where a permissions policy is asked.
        var principal: Principal?
        /// What is known about the request, by keys without regard to case.
        var context: [String: [String]]
    }

    private struct Statement {
        var denies: Bool
        var principals: [Request.Principal]?
        var actions: [String]
        var resources: [String]?
        var conditions: [PolicyCondition]
    }

    private let statements: [Statement]

    init(_ json: String) throws {
        let object = try Self.object(JSONSerialization.jsonObject(with: Data(json.utf8)), "a policy")
        try Self.check(object, against: ["Version", "Statement"])
        guard object["Version"] as? String == "2012-10-17" else { throw Unsupported(description: "Version \(object["Version"] ?? "none")") }
        let list = object["Statement"] as? [Any] ?? object["Statement"].map { [$0] } ?? []
        guard !list.isEmpty else { throw Unsupported(description: "a policy without statements") }
        statements = try list.map(Self.statement)
    }

    func decide(_ request: Request) throws -> Decision {
        var decision = Decision.denied
        for statement in statements where try Self.matches(statement, request) {
            if statement.denies { return .explicitlyDenied }
            decision = .allowed
        }
        return decision
    }

    private static func statement(_ value: Any) throws -> Statement {
        let object = try object(value, "a statement")
        try check(object, against: ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"])
        guard let effect = object["Effect"] as? String, ["Allow", "Deny"].contains(effect) else {
            throw Unsupported(description: "Effect \(object["Effect"] ?? "none")")
        }
        return Statement(
            denies: effect == "Deny", principals: try object["Principal"].map(principals), actions: try texts(object["Action"], "Action"),
            resources: try object["Resource"].map { try texts($0, "Resource") },
            conditions: try object["Condition"].map { try PolicyCondition.all(Self.object($0, "Condition")) } ?? [])
    }

    private static func principals(_ value: Any) throws -> [Request.Principal] {
        try object(value, "Principal").flatMap { kind, value in
            let names = try texts(value, "Principal")
            guard !names.contains(where: { $0.contains("*") || $0.hasSuffix(":root") }) else {
                throw Unsupported(description: "a principal for many: \(names)")
            }
            switch kind {
            case "AWS": return names.map(Request.Principal.aws)
            case "Federated": return names.map(Request.Principal.federated)
            default: throw Unsupported(description: "Principal \(kind)")
            }
        }
    }

    private static func matches(_ statement: Statement, _ request: Request) throws -> Bool {
        guard (statement.principals == nil) == (request.principal == nil), (statement.resources == nil) == (request.resource == nil) else {
            throw Unsupported(description: "a trust policy takes a principal and no resource, any other a resource and no principal")
        }
        let action = request.action.lowercased()
        guard statement.actions.contains(where: { Wildcard.matches($0.lowercased(), action) }),
            request.principal.map({ statement.principals?.contains($0) == true }) ?? true,
            try request.resource.map({ resource in
                try statement.resources?.contains { Wildcard.matches(try PolicyCondition.plain($0), resource) } == true
            }) ?? true
        else { return false }
        return try statement.conditions.allSatisfy { try $0.holds(request.context) }
    }

    static func texts(_ value: Any?, _ what: String) throws -> [String] {
        if let text = value as? String { return [text] }
        guard let texts = value as? [String], !texts.isEmpty else { throw Unsupported(description: "\(what) \(value ?? "none")") }
        return texts
    }

    private static func object(_ value: Any, _ what: String) throws -> [String: Any] {
        guard let object = value as? [String: Any] else { throw Unsupported(description: "\(what) that is no object") }
        return object
    }

    private static func check(_ object: [String: Any], against known: Set<String>) throws {
        guard let unknown = Set(object.keys).subtracting(known).min() else { return }
        throw Unsupported(description: "the element \(unknown)")
    }
}
