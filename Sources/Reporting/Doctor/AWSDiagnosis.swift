package import Model
import Planning

/// Findings from what AWS answered. Pure.
package struct AWSDiagnosis {
    let examination: AWSExamination
    private let now: Timestamp

    /// - Parameter now: for tokens' ends.
    package init(_ examination: AWSExamination, now: Timestamp) {
        self.examination = examination
        self.now = now
    }

    package var findings: [Finding] { identity + clock + examination.groups.flatMap(group) + databases }

    /// `eu-west-1, role arn:…`. An external id is not told.
    private var subject: String {
        let access = examination.access
        let identity = if case .google = access.identity { "Google's ID token" } else { "the surroundings" }
        return [examination.region, access.roleARN.map { "role \($0)" } ?? "no role", "by \(identity)"].joined(separator: ", ")
    }

    private func finding(
        _ severity: Finding.Severity, _ check: Finding.Check, tried: String, on resource: String, result: String, advice: String? = nil,
        document: String? = nil
    ) -> Finding {
        Finding(severity, .aws, subject, check, tried: tried, on: resource, result: result, advice: advice, document: document)
    }

    // MARK: Who it is

    private var identity: [Finding] {
        let source: String
        switch examination.keys {
        case .failure(let error): return [noKeys(error)]
        case .success(let found): source = found
        }
        let below = (try? examination.base?.get()).map { ", taken with those of \($0)" } ?? ""
        switch examination.caller {
        case .success(let caller):
            return [
                finding(
                    .ok, .identity, tried: "sts:GetCallerIdentity", on: examination.region,
                    result: "\(caller.arn) of account \(caller.account), keys of \(source)\(below)")
            ]
        case .failure(let error):
            return [
                finding(
                    // The loop never asks this: keys may do without a way to STS.
                    error.isDenied ? .stops : .notChecked, .identity, tried: "sts:GetCallerIdentity", on: examination.region,
                    result: "keys of \(source)\(below), and yet: \(error)",
                    advice: error.isDenied && !Self.isForbidden(error) ? renewal(error) : "check the keys and the way to STS")
            ]
        case nil: return []
        }
    }

    /// What STS says of a token that it has looked at. All else, such as a connection that failed, says nothing of the trust policy.
    /// Source: STS API Reference, AssumeRoleWithWebIdentity, Errors.
    private static let refusals: Set<String> = [
        "AccessDenied", "InvalidIdentityToken", "IDPRejectedClaim", "ExpiredToken", "ExpiredTokenException",
    ]

    private func noKeys(_ error: APIError) -> Finding {
        guard let token = examination.token, error.operation == "AssumeRoleWithWebIdentity", Self.refusals.contains(error.code) else {
            let isRight = error.operation == "AssumeRole" && Self.isForbidden(error)
            return finding(
                .stops, .identity, tried: error.operation, on: error.resource, result: Self.answer(error),
                advice: isRight
                    ? "allow sts:AssumeRole on \(error.resource) to those who take it (policies/aws-assume-role.json), and let them in by "
                        + "its trust policy (policies/aws-trust-role.json)"
                    : "without keys nothing can be read or written there; see the message for what to set")
        }
        guard let claims = token.claims else {
            return finding(
                .stops, .trust, tried: error.operation, on: token.roleARN,
                result: "\(Self.answer(error)). What is in \(token.origin) is no OpenID Connect token",
                advice: "project a serviceAccountToken volume with audience sts.amazonaws.com, and name its file")
        }
        return refused(claims, of: token, error)
    }

    private static let over: Set<String> = ["ExpiredToken", "ExpiredTokenException"]
    /// For so long past its `exp` IAM still takes a token.
    /// Source: IAM User Guide, "Create an OpenID Connect (OIDC) identity provider in IAM".
    private static let leeway = Duration.seconds(300)

    /// What the token says, and what trust policy lets in this one and no other.
    ///
    /// Source: IAM User Guide, "Create a role for OpenID Connect federation": Google is built in, and gets no provider of its own.
    private func refused(_ claims: IdentityTokenClaims, of token: AWSExamination.Token, _ error: APIError) -> Finding {
        // Whoever refuses it goes by AWS's clock.
        let isOver =
            Self.over.contains(error.code)
            || claims.expiresAt.map { $0 + Self.leeway <= now + (examination.clockAhead ?? .zero) } ?? false
        let says = [
            "iss \(claims.issuer)", "aud \(claims.audiences.joined(separator: ", "))", claims.authorizedParty.map { "azp \($0)" },
            "sub \(claims.subject)", claims.expiresAt.map { "exp \($0.rfc3339)\(isOver ? " (over)" : "")" },
        ].compactMap(\.self).joined(separator: "; ")
        let parts = token.roleARN.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let (partition, account) = parts.count >= 6 ? (parts[1], parts[4]) : ("aws", "")
        let policy = AWSTrustPolicy.token(claims, accountID: account, partition: partition)
        let advice: String
        if isOver {
            advice = "the token's time is over: see to it that it is replaced, and check this machine's clock"
        } else if error.code == "InvalidIdentityToken", claims.issuer == AWSTrustPolicy.googleIssuer {
            advice =
                "IAM knows \(claims.issuer) by itself, so make no IAM OIDC provider for it: if account \(account) has one, it stands in "
                + "the way, so delete it, and give \(token.roleARN) this trust policy"
                + (partition == "aws" ? "" : "; partition \(partition) may not know Google at all: then use the cluster's own tokens there")
        } else if error.code == "InvalidIdentityToken" {
            advice =
                "in account \(account) make an IAM OIDC provider for \(claims.issuer) with client id "
                + "\(claims.audiences.joined(separator: ", ")), and give \(token.roleARN) this trust policy"
        } else if policy == nil {
            advice = "no trust policy can pin this token: it needs an https issuer and an audience"
        } else {
            advice = "give \(token.roleARN) this trust policy, beside or in place of the one that it has"
        }
        return finding(
            .stops, .trust, tried: error.operation, on: token.roleARN,
            result: "\(error.code); the token from \(token.origin) says \(says)", advice: advice, document: isOver ? nil : policy?.json)
    }

    // MARK: The clock

    private static let clockLimits = (warning: Duration.seconds(60), stops: Duration.seconds(300))

    private var clock: [Finding] {
        guard let ahead = examination.clockAhead else { return [] }
        let off = ahead < .zero ? .zero - ahead : ahead
        let direction = ahead < .zero ? "ahead of" : "behind"
        guard off >= Self.clockLimits.warning else {
            return [
                finding(.ok, .clock, tried: "the answer's Date", on: examination.region, result: "within a minute of this machine's clock")
            ]
        }
        return [
            finding(
                .warning, .clock, tried: "the answer's Date", on: examination.region,
                result: "this machine's clock is \(off.brief) \(direction) AWS's"
                    + (off >= Self.clockLimits.stops ? "; requests are signed again with AWS's time" : ""),
                advice: "set the clock (NTP): Kubernetes and Google's tokens depend on it, too")
        ]
    }

    // MARK: Groups

    private func group(_ group: AWSExamination.Group) -> [Finding] {
        let id = group.group.reference.id
        guard (try? examination.keys.get()) != nil else {
            return [
                finding(
                    .notChecked, .securityGroup, tried: "rights and rules", on: id, result: "not asked: there are no keys",
                    advice: "put the identity right first")
            ]
        }
        return [existence(group), rules(group)] + rights(group) + quota(group) + shared(group)
    }

    private func existence(_ group: AWSExamination.Group) -> Finding {
        let id = group.group.reference.id
        switch group.existence {
        case .success(let name):
            return finding(.ok, .right, tried: "ec2:DescribeSecurityGroups", on: id, result: "allowed; the group is \"\(name)\"")
        case .failure(let error):
            return finding(
                error.isMissing || error.isDenied ? .stops : .notChecked, error.isMissing ? .securityGroup : .right,
                tried: "ec2:DescribeSecurityGroups", on: id, result: Self.answer(error), advice: advice(error, group))
        }
    }

    private func rules(_ group: AWSExamination.Group) -> Finding {
        let id = group.group.reference.id
        switch group.rules {
        case .success(let read):
            return finding(
                .ok, .right, tried: "ec2:DescribeSecurityGroupRules", on: id, result: "allowed; \(read.rules.count) inbound rules")
        case .failure(let error):
            // A group that isn't there is told once, by the reading that is about groups.
            return finding(
                error.isMissing ? .notChecked : .stops, .right, tried: "ec2:DescribeSecurityGroupRules", on: id,
                result: Self.answer(error), advice: advice(error, group))
        }
    }

    private func rights(_ group: AWSExamination.Group) -> [Finding] {
        let id = group.group.reference.id
        return group.rights.sorted { $0.key < $1.key }.map { action, answer in
            let tried = "ec2:\(action)"
            switch answer {
            case .success(.allowed): return finding(.ok, .right, tried: tried, on: id, result: "allowed, by DryRun")
            case .success(.denied(let error)):
                return finding(.stops, .right, tried: tried, on: id, result: Self.answer(error), advice: advice(error, group))
            case .success(.unclear(let error)):
                return finding(
                    .notChecked, .right, tried: tried, on: id, result: "DryRun tells nothing of the right: \(Self.answer(error))",
                    advice: "compare the identity's policies with `policies/aws-permissions.json`")
            case .failure(let error):
                return finding(
                    error.isDenied ? .stops : .notChecked, .right, tried: tried, on: id, result: Self.answer(error),
                    advice: advice(error, group))
            }
        }
    }

    /// From this part of the limit on it is worth a word.
    private static let tight = 0.9

    private func quota(_ group: AWSExamination.Group) -> [Finding] {
        guard let plan = group.plan, plan.unknown == nil else { return [] }
        let id = group.group.reference.id
        let needed = plan.authorizations.count + plan.withoutRoom.count
        let reserved = "policy \(group.policy) lacks \(needed) of its reserved set"
        return plan.quota.filter { $0.before > 0 || $0.after > 0 || $0.family == .v4 }.map { use in
            let family = use.family == .v4 ? "IPv4" : "IPv6"
            let result = "\(use.before) \(family) rules now, \(use.after) once in line, ruleQuota \(use.limit); \(reserved)"
            if !plan.withoutRoom.isEmpty {
                return finding(
                    .stops, .quota, tried: "\(family) rules against ruleQuota", on: id,
                    result: "\(result), and there is no room for \(plan.withoutRoom.count)",
                    advice:
                        "have EC2's quota \"Inbound or outbound rules per security group\" raised, and ruleQuota with it; or release addresses"
                )
            }
            let isTight = Double(use.after) >= Double(use.limit) * Self.tight
            return finding(
                isTight ? .warning : .ok, .quota, tried: "\(family) rules against ruleQuota", on: id, result: result,
                advice: isTight ? "have the quota raised before more addresses are reserved" : nil)
        }
    }

    private func shared(_ group: AWSExamination.Group) -> [Finding] {
        group.others.sorted { $0.key < $1.key }.map { name, ports in
            finding(
                .ok, .sharedGroup, tried: "other policies' ports", on: group.group.reference.id,
                result: "policy \(name) manages \(ports.map(\.description).joined(separator: ", ")) on it, "
                    + "policy \(group.policy) \(group.group.ports.map(\.description).joined(separator: ", "))")
        }
    }

    // MARK: Databases

    private var databases: [Finding] {
        switch examination.databases {
        case nil: return []
        case .failure(let error):
            return [
                finding(
                    .notChecked, .database, tried: "rds:DescribeDBInstances", on: examination.region,
                    result: Self.isForbidden(error) ? "not allowed, an optional right: \(Self.answer(error))" : Self.answer(error),
                    advice: error.isDenied && !Self.isForbidden(error)
                        ? renewal(error) : "to have it checked whether the databases can be reached, allow it (policies/aws-doctor.json)")
            ]
        case .success(let all):
            return examination.groups.flatMap { group in
                let found = all.filter { $0.securityGroups.contains(group.group.reference.id) }
                guard !found.isEmpty else {
                    return [
                        finding(
                            .ok, .database, tried: "rds:DescribeDBInstances", on: group.group.reference.id,
                            result: "allowed; no database of RDS uses this group")
                    ]
                }
                return found.map { database($0, group) }
            }
        }
    }

    private func database(_ database: DBInstance, _ group: AWSExamination.Group) -> Finding {
        let what = "\(database.engine) \(database.name) behind \(group.group.reference.id)"
        guard database.isPubliclyAccessible else {
            return finding(
                .warning, .database, tried: "rds:DescribeDBInstances", on: database.name,
                result: "\(what) is not publicly accessible: over the internet nobody reaches it, whatever the rules admit",
                advice:
                    "make it publicly accessible, if nodes are to reach it over the internet; over a VPN or peering the nodes' external "
                    + "addresses play no part")
        }
        let ports = group.group.ports.map(\.description).joined(separator: ", ")
        guard let port = database.port else {
            return finding(
                .notChecked, .database, tried: "rds:DescribeDBInstances", on: database.name, result: "\(what) has no endpoint yet")
        }
        guard group.group.ports.contains(where: { $0.protocol == .tcp && $0.ports.contains(port) }) else {
            return finding(
                .warning, .database, tried: "rds:DescribeDBInstances", on: database.name,
                result: "\(what) listens on tcp/\(port), and policy \(group.policy) manages \(ports)",
                advice: "name the database's port in the policy")
        }
        return finding(
            .ok, .database, tried: "rds:DescribeDBInstances", on: database.name,
            result: "\(what) is publicly accessible, and its port tcp/\(port) is managed")
    }

    /// Code, status and words, without the call that stands in the line already.
    static func answer(_ error: APIError) -> String {
        error.code + (error.httpStatus.map { " (HTTP \($0))" } ?? "") + (error.message.isEmpty ? "" : ": \(error.message)")
    }
}
