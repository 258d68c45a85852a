import Foundation
import Model
import Reporting
import Testing

@testable import AWS

/// What no emulator at hand judges, ARNs and conditions, judged by an evaluator of IAM's own rules.
@Suite struct `The permissions reach` {
    private static let other = SecurityGroupReference(id: "sg-11111111111111111", region: "us-east-1")

    /// The policy of two groups in two regions, and the file for one of them.
    private static func policies() throws -> [String] {
        let rendered = AWSPermissionsPolicy(
            groups: [PolicyCases.group, other], assuming: [], accountID: PolicyCases.account, partition: "aws")
        return [rendered.json, try `The shipped policies`.filled("aws-permissions")]
    }

    private static func arn(
        _ kind: String = "security-group", _ id: String = PolicyCases.group.id, partition: String = "aws",
        region: String = "eu-west-1", account: String = PolicyCases.account
    ) -> String { "arn:\(partition):ec2:\(region):\(account):\(kind)/\(id)" }

    @Test(arguments: EC2Operation.allCases)
    func `each action of the code where it is needed`(_ operation: EC2Operation) throws {
        for policy in try Self.policies() {
            let request = PolicyCases.ec2("ec2:\(operation.rawValue)", on: operation.writes ? Self.arn() : "*")
            #expect(try PolicyEvaluator(policy).decide(request) == .allowed)
        }
    }

    @Test(arguments: [
        ("another group", arn("security-group", "sg-22222222222222222"), "eu-west-1"),
        ("a longer id", arn("security-group", PolicyCases.group.id + "9"), "eu-west-1"),
        ("the group's id in the other group's region", arn(region: "us-east-1"), "us-east-1"),
        ("another region", arn(region: "eu-central-1"), "eu-central-1"),
        ("another account", arn(account: "210987654321"), "eu-west-1"),
        ("another partition", arn(partition: "aws-cn"), "eu-west-1"),
        ("a rule", arn("security-group-rule", "sgr-0123456789abcdef0"), "eu-west-1"),
        ("every group", arn("security-group", "*"), "eu-west-1"),
        ("another kind", arn("instance", "i-0123456789abcdef0"), "eu-west-1"),
    ])
    func `no write on anything but the groups`(what: String, resource: String, region: String) throws {
        for policy in try Self.policies() {
            for action in AWSPermissionsPolicy.writes {
                let request = PolicyCases.ec2(action, on: resource, region: region)
                #expect(try PolicyEvaluator(policy).decide(request) == .denied, "\(action) on \(what)")
            }
        }
    }

    @Test func `no read in another region than the groups'`() throws {
        for (policy, regions) in zip(try Self.policies(), [["eu-west-1", "us-east-1"], ["eu-west-1"]]) {
            for region in ["eu-west-1", "us-east-1", "eu-west-2", "eu-west-11", ""] {
                for action in AWSPermissionsPolicy.reads {
                    let decision = try PolicyEvaluator(policy).decide(PolicyCases.ec2(action, on: "*", region: region))
                    #expect(decision == (regions.contains(region) ? .allowed : .denied), "\(action) in \(region)")
                }
            }
            // A request that says no region is none of a group's.
            let unsaid = PolicyEvaluator.Request(action: AWSPermissionsPolicy.reads[0], resource: "*", context: [:])
            #expect(try PolicyEvaluator(policy).decide(unsaid) == .denied)
        }
    }

    @Test func `one role and no other, where roles are taken`() throws {
        let policy = try PolicyEvaluator(try `The shipped policies`.filled("aws-assume-role"))
        func decide(_ action: String, _ role: String) throws -> PolicyEvaluator.Decision {
            try policy.decide(PolicyEvaluator.Request(action: action, resource: role, context: [:]))
        }
        #expect(try decide("sts:AssumeRole", "arn:aws:iam::210987654321:role/drawbridge") == .allowed)
        #expect(try decide("sts:AssumeRole", "arn:aws:iam::210987654321:role/drawbridge-2") == .denied)
        #expect(try decide("sts:AssumeRole", "arn:aws:iam::123456789012:role/drawbridge") == .denied)
        #expect(try decide("sts:TagSession", "arn:aws:iam::210987654321:role/drawbridge") == .denied)
    }

    @Test func `the databases of the region, for the doctor`() throws {
        let policy = try PolicyEvaluator(try `The shipped policies`.filled("aws-doctor"))
        func decide(_ action: String, _ resource: String) throws -> PolicyEvaluator.Decision {
            try policy.decide(PolicyEvaluator.Request(action: action, resource: resource, context: [:]))
        }
        #expect(try decide("rds:DescribeDBInstances", "arn:aws:rds:eu-west-1:123456789012:db:*") == .allowed)
        #expect(try decide("rds:DescribeDBInstances", "arn:aws:rds:eu-west-1:123456789012:db:orders") == .allowed)
        #expect(try decide("rds:DescribeDBInstances", "arn:aws:rds:eu-west-2:123456789012:db:*") == .denied)
        #expect(try decide("rds:DescribeDBInstances", "arn:aws:rds:eu-west-1:210987654321:db:*") == .denied)
        #expect(try decide("rds:DeleteDBInstance", "arn:aws:rds:eu-west-1:123456789012:db:orders") == .denied)
    }
}
