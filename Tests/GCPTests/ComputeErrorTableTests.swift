import HTTP
import Model
import Testing

@testable import GCP

@Suite struct ComputeErrorTableTests {
    private func verdict(
        _ status: Int?, _ codes: [String], _ message: String = "", write: Bool = false, api: Bool = true, after: Duration? = nil
    ) -> ComputeErrorTable.Verdict {
        ComputeErrorTable.verdict(
            ComputeErrorTable.Finding(
                status: status, codes: codes, message: message, isWrite: write, isFromAPI: api, retryAfter: after),
            wall: Timestamp(rfc3339: "2026-03-01T12:00:59.500Z")!, unit: 0)
    }

    @Test(arguments: [
        (403, ["rateLimitExceeded"], Duration.milliseconds(500) as Duration?),
        (403, ["userRateLimitExceeded"], .milliseconds(500)),
        (429, ["rateLimitExceeded", "RATE_LIMIT_EXCEEDED"], .milliseconds(500)),
        (403, ["rateLimitExceeded", "CONCURRENT_OPERATIONS_QUOTA_EXCEEDED"], nil),
        (403, ["rateLimitExceeded", "RESOURCE_OPERATION_RATE_EXCEEDED"], nil), (503, ["backendError"], nil),
        (500, ["somethingNew"], nil),
        (429, [], nil),
    ])
    func `what passes by itself is retried, a quota of the minute in the next one`(status: Int, codes: [String], after: Duration?) {
        #expect(verdict(status, codes).disposition == .retry(after: after))
    }

    @Test func `the server's delay goes before the minute's`() {
        #expect(verdict(403, ["rateLimitExceeded"], after: .seconds(3)).disposition == .retry(after: .seconds(3)))
    }

    @Test func `a quota is a rate or an amount by its message`() {
        let rate = "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'compute.googleapis.com'"
        #expect(verdict(403, ["quotaExceeded"], rate).disposition == .retry(after: .milliseconds(500)))
        #expect(verdict(403, ["quotaExceeded"], "Quota 'IN_USE_ADDRESSES' exceeded.  Limit: 8.0 in region r.").disposition == .reread)
    }

    @Test(arguments: [
        (403, ["forbidden"]), (403, ["accessNotConfigured", "SERVICE_DISABLED"]), (403, ["insufficientPermissions"]),
        (401, ["authError"]), (401, ["required"]),
        (403, ["somethingNew"]), (403, []),
    ])
    func `what needs a grant is denied`(status: Int, codes: [String]) {
        #expect(verdict(status, codes).disposition == .denied)
    }

    @Test(arguments: [(412, "conditionNotMet"), (400, "CONDITION_NOT_MET"), (412, "badRequest")])
    func `the organization policy against external addresses is a denial that says so`(status: Int, code: String) {
        let message =
            "Constraint constraints/compute.vmExternalIpAccess violated for project 1. Add instance projects/p/zones/z/instances/i "
            + "to the constraint to use external IP with it."
        let verdict = verdict(status, [code], message, write: true)
        #expect(verdict.disposition == .denied)
        #expect(verdict.advice?.contains("constraints/compute.vmExternalIpAccess forbids this VM an external address") == true)
    }

    @Test(arguments: [
        (["forbidden", "USER_PROJECT_DENIED"], "Denied."), (["PERMISSION_DENIED", "USER_PROJECT_DENIED"], "Denied."),
        (["PERMISSION_DENIED"], "Caller does not have required permission to use project acme-quota. Grant the caller the role"),
    ])
    func `a quota project that the caller may not use is a denial that says what to grant`(codes: [String], message: String) {
        for write in [true, false] {
            let verdict = verdict(403, codes, message, write: write)
            #expect(verdict.disposition == .denied)
            #expect(verdict.advice?.contains("grant roles/serviceusage.serviceUsageConsumer") == true)
            #expect(verdict.advice?.contains("GOOGLE_CLOUD_QUOTA_PROJECT") == true)
        }
        #expect(verdict(403, ["forbidden"], "Required 'compute.addresses.list' permission for 'projects/p'").advice == nil)
    }

    @Test func `another organization policy is a denial too`() {
        #expect(verdict(412, ["conditionNotMet"], "Constraint constraints/compute.restrictX violated").disposition == .denied)
    }

    @Test func `a node of Autopilot is a denial that says so`() {
        let verdict = verdict(400, ["badRequest"], "Instance is managed by GKE Autopilot and cannot be modified.", write: true)
        #expect(verdict.disposition == .denied)
        #expect(verdict.advice?.contains("GKE Autopilot manages this node") == true)
    }

    @Test func `a node that has autopilot in its name is a node like any other`() {
        let message = "The resource 'projects/autopilot/zones/z/instances/gke-autopilot-1' is not ready"
        #expect(verdict(400, ["resourceNotReady"], message, write: true).disposition == .reread)
    }

    @Test(arguments: [
        (404, false, APIError.Disposition.permanent), (403, false, .denied), (503, false, .retry(after: nil)),
        (501, false, .permanent),
        (301, false, .permanent), (400, true, .permanent),
    ])
    func `without the API's own words only the status counts`(status: Int, write: Bool, disposition: APIError.Disposition) {
        #expect(verdict(status, [], "hello", write: write, api: false).disposition == disposition)
    }

    @Test(arguments: [301, 302, 307, 404])
    func `a redirect, or a page of someone else's, says what to check`(status: Int) {
        let advice = verdict(status, [], "moved", write: false, api: false).advice
        #expect(advice?.contains("this is no answer of Compute Engine; check CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE") == true)
    }

    @Test func `an error body is read to its most specific words`() {
        let json =
            #"{"error":{"code":403,"message":"Rate Limit Exceeded","status":"PERMISSION_DENIED","errors":[{"reason":"rateLimitExceeded"}],"#
            + #""details":[{"@type":"type.googleapis.com/google.rpc.Help","links":[]},"#
            + #"{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"CONCURRENT_OPERATIONS_QUOTA_EXCEEDED","metadata":{"a":"b"}},"#
            + #"{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3.5s"}]}}"#
        let body = ErrorBody(HTTPResponse(status: 403, headers: [:], body: Array(json.utf8)))
        #expect(body.code == "rateLimitExceeded")
        #expect(body.detail == "CONCURRENT_OPERATIONS_QUOTA_EXCEEDED")
        #expect(body.retryDelay == .milliseconds(3500))
        #expect(body.isFromAPI)
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"error":null}"#, "\u{FFFD}", String(repeating: "[", count: 100_000),
        String(repeating: "x", count: 1 << 20),
    ])
    func `a body that is no error of the API is text, and short`(text: String) {
        let body = ErrorBody(HTTPResponse(status: 500, headers: [:], body: Array(text.utf8)))
        #expect(!body.isFromAPI)
        #expect(body.message.count <= 200)
    }
}
