import Foundation
import Model
import Testing

@testable import AWS

struct `The token that is told` {
    private let files: TemporaryFiles
    init() throws { files = try TemporaryFiles() }

    private func token(_ subject: String) throws -> String {
        let payload = Data(#"{"iss":"https://i.example","sub":"\#(subject)"}"#.utf8).base64EncodedString()
        return try files.write(subject, "h.\(payload.replacing("=", with: "")).s")
    }

    private func configured(_ environment: [String: String], config: String = "", credentials: String = "") throws -> WebIdentityToken? {
        WebIdentityToken.configured(
            AWSEnvironment(
                [
                    "AWS_CONFIG_FILE": try files.write("config", config),
                    "AWS_SHARED_CREDENTIALS_FILE": try files.write("credentials", credentials),
                ].merging(environment) { $1 }))
    }

    private let base = "[profile base]\nrole_arn = arn:aws:iam::1:role/base\nweb_identity_token_file = "

    @Test func `is the one of the variables`() throws {
        let found = try #require(
            try configured(["AWS_WEB_IDENTITY_TOKEN_FILE": try token("pod"), "AWS_ROLE_ARN": "arn:aws:iam::1:role/pod"]))
        #expect(found.claims?.subject == "pod" && found.roleARN == "arn:aws:iam::1:role/pod")
    }

    @Test func `of a profile that assumes a role is that of its source, whatever the variables say`() throws {
        let config =
            "[profile prod]\nrole_arn = arn:aws:iam::1:role/prod\nsource_profile = middle\n"
            + "[profile middle]\nrole_arn = arn:aws:iam::1:role/middle\nsource_profile = base\n" + base + (try token("base"))
        let found = try #require(
            try configured(
                [
                    "AWS_PROFILE": "prod", "AWS_WEB_IDENTITY_TOKEN_FILE": try token("pod"), "AWS_ROLE_ARN": "arn:aws:iam::1:role/pod",
                ], config: config))
        #expect(found.claims?.subject == "base")
        #expect(found.roleARN == "arn:aws:iam::1:role/base")
    }

    @Test(arguments: [
        "source_profile = keys\n[profile keys]\naws_access_key_id = A\naws_secret_access_key = s\n", "source_profile = prod\n",
        "source_profile = other\n[profile other]\nrole_arn = r\nsource_profile = prod\n", "source_profile = gone\n",
        "credential_source = Environment\n", "",
    ])
    func `is none where the profile's role is taken otherwise`(rest: String) throws {
        let variables = [
            "AWS_PROFILE": "prod", "AWS_WEB_IDENTITY_TOKEN_FILE": try token("pod"), "AWS_ROLE_ARN": "arn:aws:iam::1:role/pod",
        ]
        #expect(try configured(variables, config: "[profile prod]\nrole_arn = arn:aws:iam::1:role/prod\n" + rest) == nil)
    }

    @Test func `is none where an empty key stands for it`() throws {
        #expect(try configured(["AWS_ROLE_ARN": "r"], config: "[default]\nweb_identity_token_file =\n") == nil)
    }
}
