import Foundation
import GCP
import HTTP
import Model
import Testing

@Suite struct ExternalAccountTests {
    private let sts = "POST \(CredentialFixture.stsURL)"
    private let answer =
        #"{"access_token":"ya29.federated","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"Bearer","expires_in":3599}"#

    @Test(arguments: [
        ("eyJ.file.token\n", ""),
        (#"{"a":1,"id_token":"eyJ.file.token"}"#, #","format":{"type":"json","subject_token_field_name":"id_token"}"#),
        ("eyJ.file.token", #","format":{"type":"text"}"#),
    ])
    func `the token of a file is exchanged`(content: String, format: String) async throws {
        let transport = ScriptedTransport([.answer(sts, answer)])
        try await CredentialFixture.withFile(content) { token in
            try await CredentialFixture.withFile(CredentialFixture.external(#"{"file":"\#(token)"\#(format)}"#)) { path in
                let token = try await CredentialFixture.source(path, transport).token()
                #expect(token == Secret("ya29.federated"))
            }
        }
        #expect(
            CredentialFixture.form(transport.requests[0]) == [
                "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "audience": CredentialFixture.pool,
                "scope": "https://www.googleapis.com/auth/cloud-platform",
                "requested_token_type": "urn:ietf:params:oauth:token-type:access_token", "subject_token": "eyJ.file.token",
                "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            ])
        #expect(transport.requests[0].headers["Authorization"] == nil)
    }

    @Test func `the file of the token is read anew for each exchange`() async throws {
        let transport = ScriptedTransport([.answer(sts, answer), .answer(sts, answer)])
        try await CredentialFixture.withFile("first") { token in
            try await CredentialFixture.withFile(CredentialFixture.external(#"{"file":"\#(token)"}"#)) { path in
                let source = try CredentialFixture.source(path, transport)
                source.invalidate(try await source.token())
                try Data("second".utf8).write(to: URL(fileURLWithPath: token))
                _ = try await source.token()
            }
        }
        #expect(transport.requests.map { CredentialFixture.form($0)["subject_token"] } == ["first", "second"])
    }

    @Test func `a server's token is asked for with the file's headers, without a proxy, and again when it stalls`() async throws {
        let url = "GET http://169.254.169.254/metadata/identity/oauth2/token?resource=x"
        let direct = ScriptedTransport([.failure(url, .timeout, received: true), .answer(url, #"{"access_token":"eyJ.azure.token"}"#)])
        let transport = ScriptedTransport([.answer(sts, answer)])
        let source =
            #"{"url":"http://169.254.169.254/metadata/identity/oauth2/token?resource=x","headers":{"Metadata":"True","some_header":"x y"},"format":{"type":"json","subject_token_field_name":"access_token"}}"#
        try await CredentialFixture.withFile(CredentialFixture.external(source)) { path in
            _ = try await CredentialFixture.source(path, transport, direct: direct).token()
        }
        #expect(direct.requests[1].headers["Metadata"] == "True")
        // Names of the file's own are left as they are.
        #expect(direct.requests[1].headers["some_header"] == "x y")
        #expect(CredentialFixture.form(transport.requests[0])["subject_token"] == "eyJ.azure.token")
    }

    @Test func `a token of an account is asked for with the exchanged one, for as long as the file says`() async throws {
        let transport = ScriptedTransport([
            .answer(sts, answer), .answer("POST \(CredentialFixture.impersonationURL)", CredentialFixture.generated()),
        ])
        let more =
            #","service_account_impersonation_url":"\#(CredentialFixture.impersonationURL)","service_account_impersonation":{"token_lifetime_seconds":2800}"#
        try await CredentialFixture.withFile("eyJ.file.token") { token in
            try await CredentialFixture.withFile(CredentialFixture.external(#"{"file":"\#(token)"}"#, adding: more)) { path in
                let token = try await CredentialFixture.source(path, transport).token()
                #expect(token == Secret("ya29.target"))
            }
        }
        #expect(transport.requests[1].headers["Authorization"] == "Bearer ya29.federated")
        #expect(String(decoding: transport.requests[1].body ?? [], as: UTF8.self).contains(#""lifetime":"2800s""#))
    }

    @Test(arguments: [
        (#","workforce_pool_user_project":"acme""#, #"{"userProject":"acme"}"# as String?, nil as String?),
        (#","workforce_pool_user_project":"acme","client_id":"c","client_secret":"s""#, nil, "Basic Yzpz"), ("", nil, nil),
    ])
    func `a workforce pool's user is counted to a project, or to a client's`(more: String, options: String?, authorization: String?)
        async throws
    {
        let transport = ScriptedTransport([.answer(sts, answer)])
        try await CredentialFixture.withFile("eyJ.file.token") { token in
            let content = CredentialFixture.external(#"{"file":"\#(token)"}"#, audience: CredentialFixture.workforce, adding: more)
            try await CredentialFixture.withFile(content) { path in _ = try await CredentialFixture.source(path, transport).token() }
        }
        #expect(CredentialFixture.form(transport.requests[0])["options"] == options)
        #expect(transport.requests[0].headers["Authorization"] == authorization)
    }

    @Test func `a refusal that repeats the client's secret is told without it`() async throws {
        let body = #"{"error":"invalid_client","error_description":"s3cret, Yzps or Basic YzpzM2NyZXQ="}"#
        try await CredentialFixture.withFile("eyJ.file.token") { token in
            let content = CredentialFixture.external(#"{"file":"\#(token)"}"#, adding: #","client_id":"c","client_secret":"s3cret""#)
            try await CredentialFixture.withFile(content) { path in
                let source = try CredentialFixture.source(path, ScriptedTransport([.answer(sts, body, status: 401)]))
                let error = try #require(await failure { () throws(APIError) in try await source.token() })
                #expect(error.message.contains("client_id and client_secret"))
                #expect(!error.description.contains("s3cret") && !error.description.contains("YzpzM2NyZXQ="), "\(error)")
            }
        }
    }

    @Test func `a person of a workforce pool has a refresh token, and the client is named in a header`() async throws {
        let url = "POST https://sts.googleapis.com/v1/oauthtoken"
        let content =
            #"{"type":"external_account_authorized_user","audience":"\#(CredentialFixture.workforce)","client_id":"c","client_secret":"s3cret","refresh_token":"r3fresh","token_url":"https://sts.googleapis.com/v1/oauthtoken"}"#
        let transport = ScriptedTransport([
            .answer(url, answer), .answer(url, #"{"error":"invalid_grant","error_description":"r3fresh Yzpz"}"#, status: 400),
        ])
        try await CredentialFixture.withFile(content) { path in
            let source = try CredentialFixture.source(path, transport)
            let token = try await source.token()
            source.invalidate(token)
            let error = await failure { () throws(APIError) in try await source.token() }
            #expect(error?.message.contains("gcloud auth application-default login") == true)
            #expect(error?.description.contains("r3fresh") == false)
        }
        #expect(CredentialFixture.form(transport.requests[0]) == ["grant_type": "refresh_token", "refresh_token": "r3fresh"])
        #expect(transport.requests[0].headers["Authorization"] == "Basic YzpzM2NyZXQ=")
    }

    @Test(arguments: [
        ("invalid_grant", "ID Token issued at 1 is stale to sign-in.", "it has expired"),
        ("invalid_grant", "Error connecting to the given credential's issuer.", "OIDC documents can be read from the internet"),
        ("invalid_grant", "The audience in ID Token [x] does not match the expected audience.", "allowed audiences"),
        ("unauthorized_client", "The given credential is rejected by the attribute condition.", "attribute condition"),
        ("invalid_request", "Invalid value for \\\"audience\\\".", CredentialFixture.pool),
        ("invalid_target", "The target service indicated by the \\\"audience\\\" parameters is invalid.", "provider that exists"),
    ])
    func `a refusal names the token's file and what to check`(code: String, words: String, advice: String) async throws {
        let body = #"{"error":"\#(code)","error_description":"\#(words) eyJ.file.token"}"#
        try await CredentialFixture.withFile("eyJ.file.token") { token in
            try await CredentialFixture.withFile(CredentialFixture.external(#"{"file":"\#(token)"}"#)) { path in
                let source = try CredentialFixture.source(path, ScriptedTransport([.answer(sts, body, status: 400)]))
                let error = try #require(await failure { () throws(APIError) in try await source.token() })
                #expect(error.isDenied)
                #expect(error.message.contains(advice), "\(error)")
                #expect(error.message.contains(token))
                #expect(error.resource.contains(path))
                #expect(!error.description.contains("eyJ.file"))
            }
        }
    }

    @Test(arguments: [
        (nil as String?, "", "No such file"), ("", "", "it is empty"), (" \n", "", "it is empty"),
        ("{}", #","format":{"type":"json","subject_token_field_name":"id_token"}"#, "text field id_token"),
        (#"{"id_token":7}"#, #","format":{"type":"json","subject_token_field_name":"id_token"}"#, "text field id_token"),
        (String(repeating: "x", count: 300_000), "", "larger than"),
    ])
    func `a file without a token is an error that names it, and the next try reads it anew`(content: String?, format: String, words: String)
        async throws
    {
        try await CredentialFixture.withFile(content ?? "") { token in
            if content == nil { try FileManager.default.removeItem(atPath: token) }
            let transport = ScriptedTransport([.answer(sts, answer)])
            try await CredentialFixture.withFile(CredentialFixture.external(#"{"file":"\#(token)"\#(format)}"#)) { path in
                let source = try CredentialFixture.source(path, transport)
                let error = try #require(await failure { () throws(APIError) in try await source.token() })
                #expect(error.resource.contains(token) && error.resource.contains(path), "\(error)")
                #expect(error.message.contains(words), "\(error)")
                try Data(#"{"id_token":"late"}"#.utf8).write(to: URL(fileURLWithPath: token))
                _ = try await source.token()
            }
        }
    }

    @Test(arguments: [
        ("{}", "names neither file nor url"), (#"{"file":"/a","url":"https://x/"}"#, "names both file and url"),
        (#"{"executable":{"command":"/bin/x"}}"#, "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES"),
        (
            #"{"environment_id":"aws1","region_url":"http://169.254.169.254/latest/meta-data/placement/availability-zone","url":"http://169.254.169.254/x"}"#,
            "credential_source is AWS"
        ),
        (#"{"certificate":{"use_default_certificate_config":true}}"#, "is a certificate"),
        (#"{"file":"/a","format":{"type":"json"}}"#, "subject_token_field_name"),
        (#"{"file":"/a","format":{"type":"xml"}}"#, "neither text nor json"),
        (#"{"url":"http://token.example/x"}"#, "credential_source.url"),
        (#"{"url":"https://u:p@token.example/x"}"#, "credential_source.url"),
        (#"{"url":"https://token.example/x","headers":{"A":"b\r\nC: d"}}"#, "headers"),
        (#"{"url":"https://token.example/x","headers":{"Host":"b"}}"#, "headers"), (#"{"file":""}"#, "is not a path"),
        ("7", "credentialSource"),
    ])
    func `a source that can't be used is an error before any request`(source: String, words: String) async throws {
        try await CredentialFixture.withFile(CredentialFixture.external(source)) { path in
            let error = #expect(throws: APIError.self) { try CredentialFixture.source(path, ScriptedTransport([])) }
            #expect(error?.message.contains(words) == true, "\(String(describing: error))")
            #expect(error?.disposition == .permanent)
        }
    }

    @Test(arguments: [
        (CredentialFixture.external(#"{"file":"/a"}"#, tokenURL: "http://sts.example/v1/token"), "token_url"),
        (CredentialFixture.external(#"{"file":"/a"}"#, tokenURL: ""), "it has no token_url"),
        (CredentialFixture.external(#"{"file":"/a"}"#, audience: ""), "it has no audience"),
        (CredentialFixture.external(#"{"file":"/a"}"#, adding: #","workforce_pool_user_project":"acme""#), "is for workforce pools"),
        (
            CredentialFixture.external(
                #"{"file":"/a"}"#,
                adding:
                    #","service_account_impersonation_url":"\#(CredentialFixture.impersonationURL)","service_account_impersonation":{"token_lifetime_seconds":60}"#
            ), "600 to 43200"
        ),
        (#"{"type":"external_account_authorized_user","token_url":"https://x/","client_id":"c","client_secret":"s"}"#, "no refresh_token"),
        (#"{"type":"external_account_authorized_user","client_id":"c","client_secret":"s","refresh_token":"r"}"#, "it has no token_url"),
    ])
    func `a file that lacks something is an error before any request`(content: String, words: String) async throws {
        try await CredentialFixture.withFile(content) { path in
            let error = #expect(throws: APIError.self) { try CredentialFixture.source(path, ScriptedTransport([])) }
            #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        }
    }
}
