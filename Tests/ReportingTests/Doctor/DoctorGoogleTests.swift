import Model
import Reporting
import Testing

@Suite struct `Findings of Google Cloud` {
    private func identity(
        _ operation: String, _ status: Int?, _ code: String, _ message: String = "said so", _ disposition: APIError.Disposition = .denied
    ) throws -> Finding {
        let error = APIError(
            api: .credentials, operation: operation, resource: "there", code: code, httpStatus: status, message: message,
            disposition: disposition)
        let found = GoogleDiagnosis(GoogleExamination(caller: .failure(error)), projects: ["acme-prod"], needsNodes: true).findings
        #expect(found.count == 1)
        return try #require(found.first)
    }

    @Test(arguments: [(400, "invalid_token", "Invalid Value"), (401, "invalid_token", ""), (400, "http-400", "Invalid Value")])
    func `a token that its issuer calls invalid stops the loop`(_ status: Int, _ code: String, _ message: String) throws {
        let found = try identity("tokeninfo", status, code, message)
        #expect(found.severity == .stops && found.advice?.contains("log in anew") == true, "\(found)")
    }

    @Test(
        arguments: [
            (403, "http-403", .denied), (404, "not_found", .denied), (400, "invalid_request", .denied),
            (407, "http-407", .denied), (200, "malformed-answer", .permanent), (nil, "connect", .retry(after: nil)),
            (nil, "tls", .permanent),
            (503, "http-503", .retry(after: nil)),
        ] as [(Int?, String, APIError.Disposition)])
    func `that its issuer can't be asked says nothing of a token`(
        _ status: Int?, _ code: String, _ disposition: APIError.Disposition
    ) throws {
        let found = try identity("tokeninfo", status, code, disposition)
        #expect(found.severity == .notChecked && found.advice?.contains("the loop never asks this") == true, "\(found)")
    }

    private func identity(_ operation: String, _ status: Int?, _ code: String, _ disposition: APIError.Disposition) throws -> Finding {
        try identity(operation, status, code, "said so", disposition)
    }

    @Test(
        arguments: [
            ("metadata account", 404, "http-404", .denied, .stops),
            ("metadata account", 200, "wrong-server", .permanent, .stops), ("metadata account", 403, "http-403", .denied, .notChecked),
            ("metadata account", 200, "malformed-answer", .permanent, .notChecked),
            ("metadata account", nil, "timeout", .retry(after: nil), .notChecked), ("read", nil, "malformed-file", .permanent, .stops),
            ("refresh token", 400, "invalid_grant", .denied, .stops), ("refresh token", 503, "http-503", .retry(after: nil), .notChecked),
        ] as [(String, Int?, String, APIError.Disposition, Finding.Severity)])
    func `what keeps the loop from a token stops it, and what only keeps its name back does not`(
        _ operation: String, _ status: Int?, _ code: String, _ disposition: APIError.Disposition, _ expected: Finding.Severity
    ) throws {
        #expect(try identity(operation, status, code, disposition).severity == expected)
    }

    /// What the tokens reach, and whether policies with nodes, and such without, can do with that.
    @Test(
        arguments: [
            (true, true, .ok, .ok), (false, true, .stops, .ok), (false, false, .stops, .stops), (nil, nil, .notChecked, .notChecked),
        ] as [(Bool?, Bool?, Finding.Severity, Finding.Severity)])
    func `scopes for reading are enough for policies without nodes`(
        _ writes: Bool?, _ reads: Bool?, _ withNodes: Finding.Severity, _ without: Finding.Severity
    ) throws {
        for (needsNodes, expected) in [(true, withNodes), (false, without)] {
            let caller = GoogleExamination.Caller(
                email: "a@b", scopes: ["https://www.googleapis.com/auth/x"], reachesCompute: writes, readsCompute: reads, source: "here")
            let found = GoogleDiagnosis(GoogleExamination(caller: .success(caller)), projects: [], needsNodes: needsNodes).findings
            let scopes = try #require(found.first { $0.check == .scopes })
            #expect(scopes.severity == expected, "\(scopes)")
            #expect(scopes.result.contains("for reading only") == (reads == true && writes == false && needsNodes))
        }
    }
}
