import Foundation
import HTTP
import Model
import Testing

@testable import AWS

struct `The chain of credentials` {
    private let files: TemporaryFiles
    init() throws { files = try TemporaryFiles() }

    private func chain(
        _ environment: [String: String], sts: ScriptedTransport = ScriptedTransport(),
        metadata: ScriptedTransport = ScriptedTransport()
    ) throws -> CredentialsChain {
        let variables = ["HOME": files.folder.path].merging(environment) { $1 }
        let connection = EC2Answers.connection(sts, ManualClock(), environment: variables)
        return CredentialsChain.standard(
            connection, sts: try STSClient(connection, region: "eu-west-1"), metadataTransport: metadata)
    }

    private let end = "2026-03-01T13:00:00Z"
    private let webIdentity = EC2Answers.session("AssumeRoleWithWebIdentity", expiration: "2026-03-01T13:00:00Z")

    @Test func `environment keys come first`() async throws {
        try files.write(".aws/credentials", "[default]\naws_access_key_id=FILE\naws_secret_access_key=x\n")
        let found = try await chain([
            "AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
            "AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere",
        ]).credentials()
        #expect(found.accessKeyID == "ENV")
        #expect(found.sessionToken == Secret("t"))
        #expect(found.expiration == nil)
    }

    @Test func `half of the keys is an error, not a reason to look further`() async throws {
        let error = try await apiError { _ = try await chain(["AWS_ACCESS_KEY_ID": "ENV"]).credentials() }
        #expect(error.api == .credentials)
        #expect(error.message.contains("AWS_SECRET_ACCESS_KEY"))
    }

    @Test func `the token file is read at each exchange, which is unsigned`() async throws {
        let token = try files.write("token", "  first \n")
        let sts = ScriptedTransport(webIdentity, webIdentity)
        let chain = try chain(
            [
                "AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "arn:aws:iam::1:role/r", "AWS_ROLE_SESSION_NAME": "pod/7",
                "AWS_EC2_METADATA_DISABLED": "true",
            ], sts: sts)
        let found = try await chain.credentials()
        try files.write("token", "second")
        _ = try await chain.credentials()
        let prefix =
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=pod-7&WebIdentityToken="
        #expect(await sts.bodies == [prefix + "first", prefix + "second"])
        #expect(
            await sts.requests.allSatisfy {
                $0.headers["Authorization"] == nil && $0.url == "https://sts.eu-west-1.amazonaws.com/"
            })
        #expect(found.accessKeyID == "ASIA1")
        #expect(found.expiration == Timestamp(rfc3339: end))
    }

    @Test func `an expiry is told by this machine's clock`() async throws {
        let token = try files.write("token", "t")
        let sts = ScriptedTransport(
            EC2Answers.session(
                "AssumeRoleWithWebIdentity", expiration: end, headers: ["Date": "Sun, 01 Mar 2026 12:10:00 GMT"]))
        let found = try await chain(["AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "arn:aws:iam::1:role/r"], sts: sts)
            .credentials()
        #expect(found.expiration == Timestamp(rfc3339: "2026-03-01T12:50:00Z"), "fifty minutes are left, whatever the clocks say")
    }

    @Test(arguments: [
        ("AccessDenied", "trust policy"), ("InvalidIdentityToken", "OIDC provider"), ("ExpiredTokenException", "kubelet"),
        ("RegionDisabledException", "region"),
    ])
    func `a refused token says what to do, and nothing of the token`(code: String, advice: String) async throws {
        let token = try files.write("token", "the-token-itself")
        let sts = ScriptedTransport(.stsRefusal(400, code))
        let error = try await apiError {
            _ = try await chain(["AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "arn:aws:iam::1:role/r"], sts: sts)
                .credentials()
        }
        #expect(error.api == .credentials)
        #expect(error.code == code)
        #expect(error.isDenied)
        #expect(error.message.contains(advice), "\(error)")
        #expect(!error.description.contains("the-token-itself"))
    }

    @Test func `a provider that can't be reached by STS is asked again`() async throws {
        let token = try files.write("token", "t")
        let sts = ScriptedTransport(.stsRefusal(400, "IDPCommunicationError"), webIdentity)
        let found = try await chain(["AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "arn:aws:iam::1:role/r"], sts: sts)
            .credentials()
        #expect(found.accessKeyID == "ASIA1")
    }

    @Test(arguments: ["missing", "empty", "folder", "huge"])
    func `a token file that can't be used is told by its path`(kind: String) async throws {
        try files.write("empty", " \n")
        try files.write("folder/x", "")
        try files.write("huge", String(repeating: "x", count: 70_000))
        let path = files.folder.appendingPathComponent(kind).path
        let error = try await apiError {
            _ = try await chain(["AWS_WEB_IDENTITY_TOKEN_FILE": path, "AWS_ROLE_ARN": "arn:aws:iam::1:role/r"]).credentials()
        }
        #expect(error.code == "token-file")
        #expect(error.message.contains(path))
    }

    @Test func `a profile's role is assumed with its source profile's keys`() async throws {
        try files.write(
            ".aws/config",
            """
            # comment
            [profile prod]
            role_arn = arn:aws:iam::1:role/prod
            source_profile = base
            external_id = e/1
            role_session_name = me
            s3 =
              max_concurrent_requests = 20
            duration_seconds = 900
            """)
        try files.write(".aws/credentials", "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n")
        let sts = ScriptedTransport(EC2Answers.session("AssumeRole", expiration: end))
        let found = try await chain(["AWS_PROFILE": "prod"], sts: sts).credentials()
        #expect(found.accessKeyID == "ASIA1")
        #expect(
            await sts.bodies == [
                "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fprod&RoleSessionName=me&DurationSeconds=900&ExternalId=e%2F1"
            ])
        #expect(
            await sts.requests[0].headers["Authorization"]?.contains("Credential=AKIABASE/20260301/eu-west-1/sts/aws4_request")
                == true)
    }

    @Test(arguments: [
        ("[profile a]\nrole_arn=r\nsource_profile=b\n[profile b]\nrole_arn=r\nsource_profile=a\n", "profile-loop"),
        ("[profile a]\nrole_arn=r\nsource_profile=gone\n", "no-profile"), ("[profile b]\nregion=x\n", "no-profile"),
        ("[profile a]\nrole_arn=r\nmfa_serial=m\nsource_profile=b\n", "mfa"), ("[profile a]\nrole_arn=r\n", "profile"),
        ("[profile a]\nrole_arn=r\ncredential_source=Elsewhere\n", "credential-source"),
        ("[profile a]\ncredential_process=/bin/false\n", "credential-process"),
        ("[profile a]\ncredential_process='/bin/true\n", "credential-process"),
        ("[profile a]\nsso_account_id=1\nsso_role_name=r\n", "unsupported-profile"),
        ("[profile a]\nlogin_session=x\ncredential_process=/bin/false\n", "unsupported-profile"),
        ("[profile a]\nrole_arn=r\nsource_profile=a\n", "profile-loop"),
        ("[profile a]\nrole_arn=r\nsource_profile=b\n[profile b]\nregion=x\n", "no-source-credentials"),
        ("[profile a]\nrole_arn=r\nsource_profile=b\n[profile b]\naws_secret_access_key=x\n", "no-source-credentials"),
        ("[profile a]\naws_access_key_id=\naws_secret_access_key=x\n", "malformed-credentials"),
        ("[profile a]\naws_access_key_id=x\n", "partial-credentials"),
        ("[profile a\n", "configuration-file"), ("what is this\n", "configuration-file"),
    ])
    func `a profile that can't be used is an error that says why`(config: String, code: String) async throws {
        try files.write(".aws/config", config)
        let error = try await apiError { _ = try await chain(["AWS_PROFILE": "a"]).credentials() }
        #expect(error.api == .credentials)
        #expect(error.code == code)
    }

    @Test func `the credentials file wins over the config file, and a default profile needs no name`() async throws {
        try files.write(".aws/config", "[default]\naws_access_key_id=CONFIG\naws_secret_access_key=1\n")
        #expect(try await chain([:]).credentials().accessKeyID == "CONFIG")
        try files.write(".aws/credentials", "[default]\naws_access_key_id=KEYS\naws_secret_access_key=2\n")
        #expect(try await chain([:]).credentials().accessKeyID == "KEYS")
    }

    @Test func `with nothing configured the error names every place, and what to set`() async throws {
        let error = try await apiError { _ = try await chain(["AWS_EC2_METADATA_DISABLED": "true"]).credentials() }
        #expect(error.code == "no-credentials")
        for place in [
            "environment", "web identity", "profile 'default'", "container", "instance metadata", "AWS_WEB_IDENTITY_TOKEN_FILE",
        ] {
            #expect(error.message.contains(place))
        }
    }

    @Test(arguments: [
        (HTTPError.Kind.timeout, "instance metadata did not answer in 2 s (a container on EC2 needs a hop limit of 2)"),
        (.connect, "instance metadata was not reached (connect)"),
    ])
    func `a silent metadata service is told, for a hop limit of 1 looks like that`(kind: HTTPError.Kind, words: String) async throws {
        let metadata = ScriptedTransport(.fail(kind, received: false))
        let error = try await apiError { _ = try await chain([:], metadata: metadata).credentials() }
        #expect(error.code == "no-credentials")
        #expect(error.message.contains(words), "\(error)")
        #expect(error.message.contains("AWS_WEB_IDENTITY_TOKEN_FILE"))
    }

    @Test func `a metadata service that is none of AWS's is not silent`() async throws {
        let error = try await apiError { _ = try await chain([:], metadata: ScriptedTransport(.answer(404, ""))).credentials() }
        #expect(error.code == "no-credentials")
        #expect(!error.message.contains("did not answer") && !error.message.contains("not reached"), "\(error)")
    }
}
