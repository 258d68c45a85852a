import Testing

/// What judges the policies is judged itself: by examples of IAM's documentation, and by what it must not pass over.
@Suite struct `The evaluator of policies` {
    private static func policy(_ statement: String) -> String { #"{"Version": "2012-10-17", "Statement": [\#(statement)]}"# }

    private static func decide(
        _ statements: String, _ action: String = "ec2:A", on resource: String = "r", _ context: [String: [String]] = [:]
    ) throws -> PolicyEvaluator.Decision {
        try PolicyEvaluator(policy(statements)).decide(PolicyEvaluator.Request(action: action, resource: resource, context: context))
    }

    @Test(arguments: [
        (#""Action": "ec2:*", "Resource": "*""#, true), (#""Action": "EC2:a", "Resource": "r""#, true),
        (#""Action": "ec2:?", "Resource": "?""#, true), (#""Action": "ec2:??", "Resource": "*""#, false),
        (#""Action": ["s3:A", "ec2:A"], "Resource": ["q", "r*"]"#, true), (#""Action": "ec2:A", "Resource": "R""#, false),
        (#""Action": "ec2:AB", "Resource": "*""#, false), (#""Action": "ec2", "Resource": "*""#, false),
    ])
    func `actions and resources are matched by pattern`(elements: String, isAllowed: Bool) throws {
        #expect(try Self.decide(#"{"Effect": "Allow", \#(elements)}"#) == (isAllowed ? .allowed : .denied))
    }

    @Test func `an explicit deny wins, wherever it stands`() throws {
        let (allow, deny) = (
            #"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#, #"{"Effect": "Deny", "Action": "ec2:A", "Resource": "*"}"#
        )
        #expect(try Self.decide("\(allow), \(deny)") == .explicitlyDenied)
        #expect(try Self.decide("\(deny), \(allow)") == .explicitlyDenied)
        #expect(try Self.decide("\(deny), \(allow)", "ec2:B") == .allowed)
        #expect(try Self.decide(deny, "ec2:B") == .denied)
    }

    @Test(arguments: [
        ("StringEquals", ["a"], true), ("StringEquals", ["A"], false), ("StringEquals", [], false), ("StringEqualsIfExists", [], true),
        ("StringNotEquals", ["a"], false), ("StringNotEquals", ["z"], true), ("StringNotEquals", [], true),
        ("StringLike", ["abc"], false), ("StringLike", ["b-c"], true), ("StringNotLike", ["b-c"], false), ("StringLike", [], false),
        ("ForAnyValue:StringEquals", ["z", "a"], true), ("ForAnyValue:StringEquals", ["z"], false),
        ("ForAnyValue:StringEquals", [], false), ("ForAllValues:StringEquals", ["a", "z"], false),
        ("ForAllValues:StringEquals", [], true), ("ForAnyValue:StringLike", ["z", "b-"], true),
    ])
    func `conditions hold as documented`(name: String, found: [String], holds: Bool) throws {
        let statement = """
            {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"\(name)": {"K:Ey": ["a", "b-*"]}}}
            """
        #expect(try Self.decide(statement, "ec2:A", on: "r", ["k:eY": found]) == (holds ? .allowed : .denied))
    }

    @Test func `all conditions must hold`() throws {
        let statement = """
            {"Effect": "Allow", "Action": "*", "Resource": "*",
             "Condition": {"StringEquals": {"a": "1", "b": "2"}, "StringLike": {"c": "3*"}}}
            """
        let all = ["a": ["1"], "b": ["2"], "c": ["34"]]
        #expect(try Self.decide(statement, "ec2:A", on: "r", all) == .allowed)
        for key in all.keys { #expect(try Self.decide(statement, "ec2:A", on: "r", all.filter { $0.key != key }) == .denied) }
    }

    @Test func `the variables for characters stand for themselves`() throws {
        let statement = #"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"k": "${$}{aws:username}"}}}"#
        #expect(try Self.decide(statement, "ec2:A", on: "r", ["k": ["${aws:username}"]]) == .allowed)
        #expect(try Self.decide(statement, "ec2:A", on: "r", ["k": ["root"]]) == .denied)
    }

    @Test(arguments: [
        #"{"Effect": "Allow", "NotAction": "ec2:A", "Resource": "*"}"#, #"{"Effect": "Allow", "Action": "*", "NotResource": "*"}"#,
        #"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEqual": {"k": "a"}}}"#,
        #"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}"#,
        #"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"ForSomeValues:StringEquals": {"k": "a"}}}"#,
        #"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"k": "${aws:username}"}}}"#,
        #"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {}}}"#,
        #"{"Effect": "Allow", "Action": "*", "Resource": "${aws:username}"}"#, #"{"Effect": "allow", "Action": "*", "Resource": "*"}"#,
        #"{"Effect": "Allow", "Action": "*", "Resource": "*", "Extra": 1}"#, #"{"Effect": "Allow", "Resource": "*"}"#,
        #"{"Effect": "Allow", "Action": "*"}"#, #"{"Effect": "Allow", "Principal": "*", "Action": "*"}"#,
        #"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "*", "Resource": "*"}"#,
        #"{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "*", "Resource": "*"}"#,
        #"{"Effect": "Allow", "Action": 7, "Resource": "*"}"#, "7", "",
    ])
    func `what it does not know it refuses to judge`(statement: String) {
        #expect(throws: PolicyEvaluator.Unsupported.self) { try Self.decide(statement, "ec2:A", on: "r", ["k": ["a"]]) }
    }

    @Test func `several values without a set operator are not judged`() {
        let statement = #"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"k": "a"}}}"#
        #expect(throws: PolicyEvaluator.Unsupported.self) { try Self.decide(statement, "ec2:A", on: "r", ["k": ["a", "b"]]) }
    }
}
