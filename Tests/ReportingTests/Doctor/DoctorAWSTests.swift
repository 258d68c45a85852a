import Fixtures
import Model
import Planning
import Reporting
import Testing

@Suite struct `Findings of AWS` {
    private let now = Timestamp(rfc3339: "2026-03-01T12:00:00Z")!
    private let role = "arn:aws-cn:iam::111122223333:role/drawbridge"

    private func error(
        _ code: String, _ disposition: APIError.Disposition, operation: String = "DescribeSecurityGroups", status: Int? = 403
    ) -> APIError {
        APIError(
            api: .ec2, operation: operation, resource: "sg", code: code, httpStatus: status, message: "said so", disposition: disposition)
    }

    private func group(
        rules: Result<SecurityGroup, APIError>? = nil, existence: Result<String, APIError> = .success("orders"),
        right: Result<AWSExamination.Right, APIError> = .success(.allowed), plan: GroupPlan? = nil, others: [String: [ManagedPort]] = [:]
    ) -> AWSExamination.Group {
        AWSExamination.Group(
            policy: "orders-db", group: Fixture.policy().securityGroups[0], existence: existence,
            rules: rules ?? .success(SecurityGroup(reference: Fixture.group, rules: [])),
            rights: ["AuthorizeSecurityGroupIngress": right], plan: plan, others: others)
    }

    private func examination(
        _ groups: [AWSExamination.Group] = [], keys: Result<String, APIError> = .success("environment"),
        databases: Result<[DBInstance], APIError>? = nil, clockAhead: Duration? = nil, token: AWSExamination.Token? = nil
    ) -> AWSExamination {
        var examination = AWSExamination(region: "eu-west-1", access: .role(role), keys: keys)
        examination.caller = .success(AWSExamination.Caller(account: "111122223333", arn: "arn:x"))
        examination.groups = groups
        examination.databases = databases
        examination.clockAhead = clockAhead
        examination.token = token
        return examination
    }

    private func findings(_ examination: AWSExamination) -> [Finding] { AWSDiagnosis(examination, now: now).findings }

    @Test func `all that is allowed is ok`() {
        let found = findings(examination([group()], clockAhead: .zero))
        #expect(found.allSatisfy { $0.severity == .ok }, "\(found)")
        #expect(Set(found.map(\.check)) == [.identity, .clock, .right])
    }

    @Test(arguments: [
        (APIError.Disposition.denied, Finding.Severity.stops), (.retry(after: nil), .notChecked), (.permanent, .notChecked),
    ])
    func `a right is missing only when AWS says so`(_ disposition: APIError.Disposition, _ expected: Finding.Severity) {
        let found = findings(examination([group(right: .failure(error("X", disposition)))]))
        #expect(found.first { $0.tried == "ec2:AuthorizeSecurityGroupIngress" }?.severity == expected)
    }

    @Test func `an answer about something else than the right leaves it open`() throws {
        let unclear = error("InvalidSecurityGroupRuleId.NotFound", .reread, status: 400)
        let found = try #require(findings(examination([group(right: .success(.unclear(unclear)))])).first { $0.severity == .notChecked })
        #expect(found.result.contains("InvalidSecurityGroupRuleId.NotFound") && found.advice != nil)
    }

    /// A code with which AWS refuses, and words of what to do about it.
    @Test(arguments: [
        ("UnauthorizedOperation", "allow ec2:"), ("Client.UnauthorizedOperation", "allow ec2:"), ("AccessDenied", "allow ec2:"),
        ("ExpiredToken", "keys of environment is over"), ("RequestExpired", "clock"), ("AuthFailure", "keys of environment"),
        ("SignatureDoesNotMatch", "clock"), ("InvalidClientTokenId", "replace them"), ("OptInRequired", "account's own settings"),
        ("http-403", "what answers in place of AWS"),
    ])
    func `a right is asked for only where one is missing`(_ code: String, _ words: String) {
        let refusal = error(code, .denied)
        let found = findings(
            examination([
                group(rules: .failure(refusal), existence: .failure(refusal), right: .success(.denied(refusal)))
            ])
        ).filter { $0.severity == .stops }
        #expect(found.count == 3 && found.allSatisfy { $0.advice?.contains(words) == true }, "\(found)")
        #expect(found.allSatisfy { $0.advice?.contains("allow ec2:") == (words == "allow ec2:") }, "\(found)")
        let databases = findings(examination([group()], databases: .failure(refusal))).first { $0.check == .database }
        #expect(databases?.result.contains("optional right") == (words == "allow ec2:"), "\(String(describing: databases))")
    }

    @Test func `a role that may not be taken names the right to take it`() throws {
        let refusal = error("AccessDenied", .denied, operation: "AssumeRole")
        let found = try #require(findings(examination(keys: .failure(refusal))).first)
        #expect(found.severity == .stops && found.advice?.contains("allow sts:AssumeRole") == true)
        let over = error("ExpiredToken", .denied, operation: "AssumeRole")
        #expect(findings(examination(keys: .failure(over))).first?.advice?.contains("allow sts:AssumeRole") == false)
    }

    @Test func `a group that isn't there is told once, with what to correct`() {
        let missing = error("InvalidGroup.NotFound", .missing, status: 400)
        let found = findings(examination([group(rules: .failure(missing), existence: .failure(missing))]))
        let stopping = found.filter { $0.severity == .stops }
        #expect(stopping.count == 1 && stopping[0].check == .securityGroup && stopping[0].advice?.contains("orders-db") == true)
    }

    @Test func `without keys nothing else is claimed of a group`() {
        let found = findings(examination([group()], keys: .failure(error("no-keys", .denied, operation: "AWS credentials"))))
        #expect(found.count == 2 && found.map(\.severity) == [.stops, .notChecked], "\(found)")
    }

    @Test(arguments: [(Duration.seconds(30), Finding.Severity.ok), (.seconds(-90), .warning), (.seconds(400), .warning)])
    func `a clock that is off is told with direction`(_ ahead: Duration, _ expected: Finding.Severity) throws {
        let found = try #require(findings(examination(clockAhead: ahead)).first { $0.check == .clock })
        #expect(found.severity == expected)
        if expected == .warning { #expect(found.result.contains(ahead < .zero ? "ahead of" : "behind")) }
    }

    @Test(arguments: [
        (10, 0, Finding.Severity.ok), (54, 0, .warning), (60, 0, .warning), (60, 2, .stops),
    ])
    func `room in the group is counted against its quota`(_ after: Int, _ withoutRoom: Int, _ expected: Finding.Severity) throws {
        var plan = GroupPlan(group: Fixture.group, ports: [Fixture.postgres])
        plan.quota = [QuotaUse(family: .v4, before: 7, after: after, limit: 60)]
        plan.withoutRoom = (0..<withoutRoom).map { Fixture.address($0 + 1).reference }
        let found = try #require(findings(examination([group(plan: plan)])).first { $0.check == .quota })
        #expect(found.severity == expected && found.result.contains("7 IPv4 rules now, \(after) once in line, ruleQuota 60"), "\(found)")
    }

    @Test func `other policies on the same group are named with their ports`() {
        let found = findings(examination([group(others: ["billing": [ManagedPort(protocol: .tcp, ports: 3306...3306)]])]))
        #expect(found.contains { $0.check == .sharedGroup && $0.severity == .ok && $0.result.contains("billing manages tcp/3306") })
    }

    /// A database, and what is to be said of it.
    struct Case: Sendable {
        var database: DBInstance
        var severity: Finding.Severity
        var words: String
    }

    @Test(arguments: [
        Case(database: database(), severity: .ok, words: "is publicly accessible"),
        Case(database: database(isPublic: false), severity: .warning, words: "not publicly accessible"),
        Case(database: database(port: 3306), severity: .warning, words: "listens on tcp/3306"),
        Case(database: database(port: nil), severity: .notChecked, words: "no endpoint"),
        Case(database: database(groups: ["sg-other"]), severity: .ok, words: "no database of RDS uses this group"),
    ])
    func `a database behind a group is told`(_ item: Case) throws {
        let found = try #require(findings(examination([group()], databases: .success([item.database]))).first { $0.check == .database })
        #expect(found.severity == item.severity && found.result.contains(item.words), "\(found)")
    }

    private static func database(
        isPublic: Bool = true, port: Int? = 5432, groups: Set<String> = [Fixture.group.id]
    ) -> DBInstance {
        DBInstance(name: "orders", engine: "postgres", port: port, isPubliclyAccessible: isPublic, securityGroups: groups)
    }

    @Test func `the right to list databases is optional`() throws {
        let denied = error("AccessDenied", .denied, operation: "DescribeDBInstances")
        let found = try #require(findings(examination([group()], databases: .failure(denied))).first { $0.check == .database })
        #expect(found.severity == .notChecked && found.result.contains("optional right"))
        #expect(DoctorReport(findings(examination([group()], databases: .failure(denied)))).isOK)
    }

    // MARK: A refused token

    private func refusal(_ code: String) -> Result<String, APIError> {
        .failure(error(code, .denied, operation: "AssumeRoleWithWebIdentity"))
    }

    private func token(_ claims: IdentityTokenClaims?) -> AWSExamination.Token {
        AWSExamination.Token(origin: "/var/run/token", claims: claims, roleARN: role)
    }

    private var claims: IdentityTokenClaims {
        IdentityTokenClaims(
            issuer: "https://container.googleapis.com/v1/projects/p/locations/l/clusters/c", audiences: ["sts.amazonaws.com"],
            subject: "system:serviceaccount:ns:drawbridge", expiresAt: now + .seconds(600))
    }

    @Test func `a refused token is told by its claims, with the trust policy that lets in it and no other`() throws {
        let found = try #require(findings(examination(keys: refusal("AccessDenied"), token: token(claims))).first)
        #expect(found.severity == .stops && found.check == .trust && found.resource == role)
        for words in [claims.issuer, "aud sts.amazonaws.com", claims.subject, "2026-03-01T12:10:00Z", "/var/run/token"] {
            #expect(found.result.contains(words), "\(found.result)")
        }
        #expect(found.document == AWSTrustPolicy.token(claims, accountID: "111122223333", partition: "aws-cn")?.json)
        #expect(found.document?.contains("arn:aws-cn:iam::111122223333:oidc-provider/container.googleapis.com") == true)
    }

    @Test func `an unknown issuer needs a provider first, and a token that is over a new one`() throws {
        let unknown = try #require(findings(examination(keys: refusal("InvalidIdentityToken"), token: token(claims))).first)
        #expect(unknown.advice?.contains("make an IAM OIDC provider for \(claims.issuer)") == true)
        var old = claims
        old.expiresAt = now + .seconds(-1)
        let over = try #require(findings(examination(keys: refusal("ExpiredToken"), token: token(old))).first)
        #expect(over.result.contains("(over)") && over.document == nil && over.advice?.contains("clock") == true)
    }

    @Test(arguments: [("aws", false), ("aws-cn", true)])
    func `for Google's own tokens no provider is to be made`(_ partition: String, _ isForeign: Bool) throws {
        let claims = IdentityTokenClaims(
            issuer: "https://accounts.google.com", audiences: ["sts.amazonaws.com"], authorizedParty: "42", subject: "42",
            expiresAt: now + .seconds(600))
        let role = "arn:\(partition):iam::111122223333:role/drawbridge"
        let token = AWSExamination.Token(origin: "the metadata server", claims: claims, roleARN: role)
        let found = try #require(findings(examination(keys: refusal("InvalidIdentityToken"), token: token)).first)
        let advice = try #require(found.advice)
        #expect(advice.contains("make no IAM OIDC provider") && advice.contains("delete it") && !advice.contains("with client id"))
        #expect(advice.contains("may not know Google") == isForeign)
        #expect(found.document?.contains("\"accounts.google.com:sub\": \"42\"") == true)
    }

    @Test(arguments: [("AccessDenied", -299, false), ("AccessDenied", -300, true), ("ExpiredTokenException", -1, true)])
    func `a token is over five minutes past its end, or when STS says so`(_ code: String, _ seconds: Int, _ isOver: Bool) throws {
        var old = claims
        old.expiresAt = now + .seconds(seconds)
        let found = try #require(findings(examination(keys: refusal(code), token: token(old))).first)
        #expect(found.result.contains("(over)") == isOver && (found.document == nil) == isOver, "\(found)")
    }

    @Test func `a token's end is told by AWS's clock`() throws {
        let behind = try #require(
            findings(examination(keys: refusal("ExpiredToken"), clockAhead: .seconds(3600), token: token(claims))).first)
        #expect(behind.result.contains("(over)"))
        var old = claims
        old.expiresAt = now + .seconds(-60)
        let ahead = try #require(
            findings(examination(keys: refusal("AccessDenied"), clockAhead: .seconds(-3600), token: token(old))).first)
        #expect(!ahead.result.contains("(over)") && ahead.document != nil)
    }

    @Test(arguments: ["connect", "tls", "http-503", "RegionDisabledException"])
    func `a way to STS that fails says nothing of the trust policy`(_ code: String) throws {
        let found = try #require(findings(examination(keys: refusal(code), token: token(claims))).first)
        #expect(found.severity == .stops && found.check == .identity && found.document == nil && found.result.contains(code))
    }

    @Test func `what is no token is called so`() throws {
        let found = try #require(findings(examination(keys: refusal("InvalidIdentityToken"), token: token(nil))).first)
        #expect(found.result.contains("is no OpenID Connect token") && found.document == nil)
    }
}
