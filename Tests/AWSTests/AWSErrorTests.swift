import HTTP
import Model
import Testing

@testable import AWS

struct `Errors of AWS` {
    private let group = EC2Answers.group

    private func describe(_ step: ScriptedTransport.Step) async throws -> APIError {
        // As often as reads are repeated, so that the last answer is this one too.
        let transport = ScriptedTransport(Array(repeating: step, count: 8))
        return try await apiError { _ = try await EC2Answers.client(transport).describeSecurityGroup(group) }
    }

    private func authorize(_ step: ScriptedTransport.Step) async throws -> APIError {
        let transport = ScriptedTransport(Array(repeating: step, count: 12))
        return try await apiError {
            try await EC2Answers.client(transport).authorizeIngress(group, [EC2Answers.permission("192.0.2.1/32")])
        }
    }

    @Test(arguments: [
        (503, "RequestLimitExceeded", APIError.Disposition.retry(after: nil)), (400, "Throttling", .retry(after: nil)),
        (400, "ThrottlingException", .retry(after: nil)), (400, "RequestThrottled", .retry(after: nil)),
        (503, "SlowDown", .retry(after: nil)), (503, "Unavailable", .retry(after: nil)),
        (503, "ServiceUnavailable", .retry(after: nil)),
        (503, "SomethingNew", .retry(after: nil)), (500, "InternalError", .retry(after: nil)),
        (500, "SomethingNew", .retry(after: nil)),
        (400, "InvalidPermission.Duplicate", .reread), (400, "InvalidPermission.NotFound", .reread),
        (400, "InvalidSecurityGroupRuleId.NotFound", .reread), (403, "UnauthorizedOperation", .denied),
        (403, "Client.UnauthorizedOperation", .denied), (403, "AccessDenied", .denied), (401, "AuthFailure", .denied),
        (403, "InvalidClientTokenId", .denied), (403, "SignatureDoesNotMatch", .denied), (401, "OptInRequired", .denied),
        (403, "SomethingNew", .denied), (400, "RequestExpired", .denied), (400, "ExpiredToken", .denied),
        (400, "InvalidGroup.NotFound", .missing), (400, "RulesPerSecurityGroupLimitExceeded", .permanent),
        (400, "InvalidGroupId.Malformed", .permanent), (400, "InvalidParameterValue", .permanent),
        (400, "SomethingNew", .permanent),
        (429, "SomethingNew", .retry(after: nil)),
    ])
    func `each code has one disposition`(status: Int, code: String, disposition: APIError.Disposition) async throws {
        let error = try await describe(.refusal(status, code))
        #expect(error.disposition == disposition)
        #expect(error.code == AWSErrorClass.bare(code))
        #expect(error.httpStatus == status)
        #expect(error.requestID == "req-1")
        #expect(error.operation == "DescribeSecurityGroupRules")
        #expect(error.resource == "sg-0a1b2c3d4e5f60718 in eu-west-1")
        #expect(!error.mayHaveTakenEffect)
    }

    @Test(arguments: [
        ("<html><h1>502 Bad Gateway</h1></html>", 502), ("", 504), ("<Response><Errors/></Response>", 500),
        ("{\"error\":\"json\"}", 503),
        (String(repeating: "<a>", count: 100_000), 500), ("\u{0}\u{1}", 500),
    ])
    func `a body that is no error of AWS is a fault of the way`(body: String, status: Int) async throws {
        let step = ScriptedTransport.Step.answer(status, body, headers: ["x-amzn-RequestId": "id-7"])
        let read = try await describe(step)
        #expect(read.disposition == .retry(after: nil))
        #expect(read.code == "http-\(status)")
        #expect(read.message.utf8.count < 400)
        #expect(read.requestID == "id-7")
        let write = try await authorize(step)
        #expect(write.disposition == .reread)
        #expect(write.mayHaveTakenEffect)
    }

    @Test(arguments: [
        (301, APIError.Disposition.permanent), (404, .permanent), (403, .denied), (407, .permanent), (429, .retry(after: nil)),
    ])
    func `a refusal by somebody on the way took no effect`(status: Int, disposition: APIError.Disposition) async throws {
        let error = try await authorize(.answer(status, "<html>no</html>"))
        #expect(error.disposition == disposition)
        #expect(!error.mayHaveTakenEffect)
    }

    @Test func `an error of STS's form is read as well`() async throws {
        let error = try await describe(.stsRefusal(403, "AccessDenied"))
        #expect(error.code == "AccessDenied")
        #expect(error.requestID == "req-2")
        #expect(error.message.hasPrefix("for a test; allow ec2:DescribeSecurityGroupRules"), "what was said, then what to do")
    }

    @Test(arguments: [
        (400, "ExpiredToken", true), (401, "AuthFailure", true), (403, "InvalidClientTokenId", true),
        (403, "SignatureDoesNotMatch", true), (400, "RequestExpired", true), (403, "UnauthorizedOperation", false),
        (403, "AccessDenied", false), (400, "InvalidGroup.NotFound", false), (400, "InvalidParameterValue", false),
    ])
    func `a refusal of the keys says whose they are`(status: Int, code: String, isNamed: Bool) async throws {
        for length in [1, 5000] {
            let error = try await describe(.refusal(status, code, message: String(repeating: "x", count: length)))
            #expect(error.message.contains("; keys of test") == isNamed, "\(error)")
            #expect(error.message.unicodeScalars.count <= 1000)
        }
    }

    @Test func `whose keys they are is told in short and printable words`() async throws {
        let keys = FixedCredentials(
            AWSCredentials(
                accessKeyID: "AKID", secretAccessKey: Secret("wJalrXUtnFEMI"), sessionToken: nil, expiration: nil,
                source: "profile '\u{1B}[2J\n\u{202E}wJalrXUtnFEMI" + String(repeating: "y", count: 5000)))
        let transport = ScriptedTransport(.refusal(401, "AuthFailure"))
        let client = try EC2Client(EC2Answers.connection(transport, ManualClock()), region: "eu-west-1", credentials: keys)
        let error = try await apiError { _ = try await client.describeSecurityGroup(group) }
        #expect(error.message.contains("; keys of profile '?[2J??<redacted>yyy"), "\(error)")
        #expect(error.message.count < 250)
    }

    @Test func `of a long message only the beginning is kept, and nothing that is secret`() async throws {
        let repeated = "The Canonical String should have been x-amz-security-token:THE-TOKEN and wJalrXUtnFEMI"
        let error = try await describe(
            .refusal(403, "SignatureDoesNotMatch", message: repeated + String(repeating: "x", count: 5000)))
        #expect(error.message.count == 1000)
        #expect(!error.message.contains("wJalrXUtnFEMI"))
        #expect(error.message.contains("<redacted>"))
    }

    @Test func `a page that repeats a secret across the cut does not leak its half`() async throws {
        let error = try await describe(.answer(403, String(repeating: "x", count: 155) + "wJalrXUtnFEMI"))
        #expect(!error.message.contains("wJal"))
    }

    @Test(arguments: [
        ("5", Duration.seconds(5)), ("Sun, 01 Mar 2026 12:00:09 GMT", .seconds(9)), ("0", .zero), ("-1", nil), ("+3", nil),
        ("soon", nil),
        ("4000", nil), ("99999999999999999999", nil), ("Sun, 01 Mar 2026 11:00:00 GMT", nil),
    ])
    func `Retry-After is read as seconds or as a time`(text: String, expected: Duration?) {
        #expect(HTTPDate.retryAfter(text, now: Timestamp(rfc3339: "2026-03-01T12:00:00Z")!) == expected)
    }

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"), ("Sunday, 06-Nov-94 08:49:37 GMT", nil),
        ("Sun Nov  6 08:49:37 1994", nil), ("Sun, 6 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Nox 1994 08:49:37 GMT", nil),
        ("", nil),
    ])
    func `a Date is an IMF-fixdate`(text: String, expected: String?) {
        #expect(HTTPDate.parse(text)?.rfc3339 == expected)
    }
}
