import Model
import Sandbox
import Testing

@Suite struct AWSFrontEndTests {
    private func ec2(_ query: String, in cloud: inout TestCloud) -> WireReply {
        let request = WireRequest(method: "GET", path: "/", query: query, headers: [("host", "127.0.0.1")])
        return EC2FrontEnd().reply(to: request, in: &cloud.world, now: cloud.now, received: cloud.now)
    }

    private func sts(_ query: String, in cloud: inout TestCloud) -> (status: Int, text: String)? {
        let request = WireRequest(method: "POST", path: "/", body: Array(query.utf8))
        let reply = STSFrontEnd().reply(to: request, in: &cloud.world, now: cloud.now, received: cloud.now)
        guard case .answer(let response) = reply else { return nil }
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    @Test func `an unsigned call is refused`() {
        var cloud = TestCloud()
        guard case .answer(let response) = ec2("Action=DescribeSecurityGroups", in: &cloud) else {
            Issue.record("no answer")
            return
        }
        #expect(response.status == 401)
        #expect(response.errorCode == "AuthFailure")
    }

    @Test func `a throttle is answered in EC2's own form`() {
        var cloud = TestCloud()
        cloud.world.faults = [
            Fault(
                .ec2, "DescribeSecurityGroups", .fail(status: 503, code: "RequestLimitExceeded", message: "Request limit exceeded."))
        ]
        guard case .answer(let response) = ec2("Action=DescribeSecurityGroups", in: &cloud) else {
            Issue.record("no answer")
            return
        }
        let text = String(decoding: response.body, as: UTF8.self)
        #expect(response.status == 503)
        #expect(
            text.contains(
                "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error></Errors><RequestID>"
            ))
    }

    /// A token without a signature: what the embedded STS looks at is in its claims.
    private static func token(_ claims: JSONValue) -> String {
        func encode(_ value: JSONValue) -> String {
            let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
            var text = ""
            let bytes = value.json
            for start in stride(from: 0, to: bytes.count, by: 3) {
                let group = Array(bytes[start..<min(start + 3, bytes.count)])
                let bits = group.enumerated().reduce(0) { $0 | Int($1.element) << (16 - 8 * $1.offset) }
                for place in 0...group.count { text.append(alphabet[bits >> (18 - 6 * place) & 63]) }
            }
            return text
        }
        return encode(["alg": "RS256"]) + "." + encode(claims) + ".AAAA"
    }

    @Test(arguments: [
        ("https://accounts.google.com", "104857600000000000001", Int64(1_800_000_600), 200, "<AccessKeyId>ASIA"),
        ("https://accounts.google.com", "somebody", Int64(1_800_000_600), 403, "AccessDenied"),
        ("https://issuer.example", "104857600000000000001", Int64(1_800_000_600), 400, "InvalidIdentityToken"),
        ("https://accounts.google.com", "104857600000000000001", Int64(1_799_999_999), 400, "ExpiredToken"),
    ])
    func `an identity token must be of a trusted issuer and subject, and in time`(
        _ issuer: String, _ subject: String, _ end: Int64, _ status: Int, _ text: String
    ) {
        var cloud = TestCloud()
        let token = Self.token(["iss": .string(issuer), "sub": .string(subject), "aud": "x", "exp": .integer(end)])
        let answer = sts(
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=test&WebIdentityToken=\(token)&RoleArn="
                + cloud.scenario.roleARN, in: &cloud)
        #expect(answer?.status == status)
        #expect(answer?.text.contains(text) == true)
    }

    @Test func `a token that can't be read, a role that is not there and a session name that is none are refused`() {
        var cloud = TestCloud()
        let good = Self.token([
            "iss": "https://accounts.google.com", "sub": "104857600000000000001", "exp": .integer(1_800_000_600),
        ])
        let action = "Action=AssumeRoleWithWebIdentity&RoleSessionName=test"
        #expect(
            sts("\(action)&WebIdentityToken=x.y&RoleArn=\(cloud.scenario.roleARN)", in: &cloud)?.text.contains("InvalidIdentityToken")
                == true)
        #expect(sts("\(action)&WebIdentityToken=\(good)&RoleArn=arn:aws:iam::1:role/x", in: &cloud)?.status == 403)
        let unnamed = "Action=AssumeRoleWithWebIdentity&RoleSessionName=a%20b&WebIdentityToken=\(good)&RoleArn=\(cloud.scenario.roleARN)"
        #expect(sts(unnamed, in: &cloud)?.text.contains("ValidationError") == true)
        #expect(sts("Action=Nonsense", in: &cloud)?.text.contains("InvalidAction") == true)
    }
}
