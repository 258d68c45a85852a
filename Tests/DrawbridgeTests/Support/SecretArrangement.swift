import Foundation
import FoundationNetworking
import Model
import Sandbox
import Testing

/// An identity that is set up: what processes are given, what the policy says, what the world knows of it, and what must not be written.
/// The secrets have the characters that encodings change.
struct SecretArrangement {
    private(set) var variables: [String: String] = [:]
    /// For commands other than `run`, which would wait for its lease.
    private var kubeconfigOfOthers: String?
    var secrets = MarkedSecrets()
    private let identity: SecretIdentity
    private let harness: SandboxHarness
    private let giver: EchoServer
    private let echo: EchoServer

    private static let withoutKeys = ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""]
    private static let clientSecret = "GOCSPX-/client+secret==0123456789"
    private static let refreshToken = "1//0g/refresh+token=0123456789"
    private static let provider = "//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/pool/providers/place"
    private static let grantedToken = "ya29.c.granted/token+0123456789abcdef"

    private static let sessionID = "ASIASANDBOX000000001"
    private static let sessionKey = "session/secret+key=of/no/one+0123456789abc"
    private static let sessionToken = "session/credential+token==0123456789"
    private static let metadataToken = "metadata/session+token==0123456789"

    init(_ identity: SecretIdentity, _ cloud: SecretIdentity.Cloud, _ harness: SandboxHarness) async throws {
        self.identity = identity
        self.harness = harness
        let credentials =
            #"{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"\#(Self.sessionID)","SecretAccessKey":"\#(Self.sessionKey)","#
            + #""Token":"\#(Self.sessionToken)","Expiration":"2099-01-01T00:00:00Z"}"#
        let roles = "/latest/meta-data/iam/security-credentials/"
        giver = try EchoServer(given: [
            "/credentials": credentials, "/latest/api/token": Self.metadataToken, roles: "role", "\(roles)role": credentials,
            "/granted/token": #"{"access_token":"\#(Self.grantedToken)","expires_in":3600,"token_type":"Bearer"}"#,
        ])
        echo = try EchoServer()
        switch identity {
        case .keys, .externalID, .profile, .process, .container, .containerFile, .instanceMetadata, .webIdentity, .google:
            try await arrangeAWS()
        case .serviceAccountKey, .authorizedUser, .impersonated, .externalFile, .externalURL: try await arrangeGoogle()
        case .execPlugin, .clientKey, .proxy: try arrangeCluster()
        }
        try make(cloud)
        secrets.add(harness.world, harness.scenario)
    }

    func end() {
        giver.end()
        echo.end()
    }

    func variables(of command: String) -> [String: String] {
        var variables = variables
        if command != "run", let kubeconfigOfOthers { variables["KUBECONFIG"] = kubeconfigOfOthers }
        return variables
    }

    private func file(_ name: String, _ text: String) throws -> String {
        let url = harness.directory.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: url.path)
        return url.path
    }

    // MARK: AWS

    private func role(_ more: String) throws {
        try harness.editPolicy {
            $0.replacingOccurrences(
                of: "      region: eu-west-1\n", with: "      region: eu-west-1\n      roleArn: \(harness.scenario.roleARN)\n\(more)")
        }
    }

    /// The keys that containers and instances are given.
    private mutating func addSession() {
        let scenario = harness.scenario
        harness.byHand { world, _ in
            world.aws.add(
                AWSIdentity.Credential(
                    accessKeyID: Self.sessionID, secret: Secret(Self.sessionKey), sessionToken: Secret(Self.sessionToken),
                    account: scenario.awsAccount, arn: "arn:aws:sts::\(scenario.awsAccount):assumed-role/role/i-1", userID: "AROA1"))
        }
        for secret in [Self.sessionKey, Self.sessionToken, Self.metadataToken] { secrets.add(secret) }
        variables = Self.withoutKeys
    }

    private mutating func arrangeAWS() async throws {
        let scenario = harness.scenario
        let (id, key) = (scenario.accessKeyID, scenario.secretAccessKey.exposed)
        switch identity {
        case .externalID:
            let externalID = "external/id+7f3a9c=0123"
            secrets.add(externalID)
            harness.byHand { world, _ in world.aws.roles[scenario.roleARN]?.externalID = externalID }
            try role("      externalId: \(externalID)\n")
        case .profile:
            let config = "[profile prod]\nrole_arn=\(scenario.roleARN)\nsource_profile=base\n[profile base]\n"
            variables = [
                "AWS_PROFILE": "prod",
                "AWS_CONFIG_FILE": try file("config", "\(config)aws_access_key_id=\(id)\naws_secret_access_key=\(key)\n"),
            ]
        case .process:
            let answer = #"{"Version":1,"AccessKeyId":"\#(id)","SecretAccessKey":"\#(key)"}"#
            // What it says on standard error is a secret as well.
            let script = try file("process", "#!/bin/sh\necho \(key) >&2\necho '\(answer)'\n")
            variables = ["AWS_PROFILE": "prod", "AWS_CONFIG_FILE": try file("config", "[profile prod]\ncredential_process = \(script)\n")]
        case .container, .containerFile:
            addSession()
            let token = "container/authorization+token==0123456789"
            secrets.add(token)
            variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "\(giver.url)/credentials"
            if identity == .container {
                variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = token
            } else {
                variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = try file("container-token", token)
            }
        case .instanceMetadata:
            addSession()
            variables.merge(["AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": giver.url]) { $1 }
        case .webIdentity:
            let token = try await identityToken()
            secrets.add(token)
            variables = ["AWS_ROLE_ARN": scenario.roleARN, "AWS_WEB_IDENTITY_TOKEN_FILE": try file("token", token)]
        case .google: try role("      identity: google\n")
        default: return
        }
        if identity != .externalID { variables.merge(Self.withoutKeys) { $1 } }
    }

    // MARK: Google Cloud

    private var identityURL: String { harness.servers.endpoints.identityToken(audience: "sts.amazonaws.com") }

    /// A token of the embedded metadata server.
    private func identityToken() async throws -> String {
        var request = URLRequest(url: try #require(URL(string: identityURL)))
        request.setValue("Google", forHTTPHeaderField: "Metadata-Flavor")
        return String(decoding: try await URLSession.shared.data(for: request).0, as: UTF8.self)
    }

    private mutating func arrangeGoogle() async throws {
        let (scenario, endpoints) = (harness.scenario, harness.servers.endpoints)
        for secret in [Self.clientSecret, Self.refreshToken] { secrets.add(secret) }
        let person = "person@acme-prod.example"
        harness.byHand { world, _ in
            world.google.refreshTokens[Secret(Self.refreshToken)] = person
            world.google.tokenCreators[scenario.serviceAccount] = [person]
            world.google.identityProviders = [
                GoogleWorld.IdentityProvider(name: Self.provider, allowedAudiences: ["sts.amazonaws.com"], subjects: nil)
            ]
        }
        let user =
            #"{"type":"authorized_user","client_id":"id","client_secret":"\#(Self.clientSecret)","#
            + #""refresh_token":"\#(Self.refreshToken)","token_uri":"\#(endpoints.oauth)"}"#
        let external =
            #""audience":"\#(Self.provider)","subject_token_type":"urn:ietf:params:oauth:token-type:jwt","token_url":"\#(endpoints.tokenExchange)""#
        var content: String
        switch identity {
        case .serviceAccountKey:
            content = try String(contentsOf: harness.directory.appendingPathComponent("service-account.json"), encoding: .utf8)
            let fields = try JSONSerialization.jsonObject(with: Data(content.utf8)) as? [String: Any]
            let key = try #require(fields?["private_key"] as? String)
            for line in key.split(separator: "\n") where !line.hasPrefix("-") { secrets.add(String(line)) }
        case .authorizedUser: content = user
        case .impersonated:
            content =
                #"{"type":"impersonated_service_account","source_credentials":\#(user),"#
                + #""service_account_impersonation_url":"\#(endpoints.generateAccessToken(scenario.serviceAccount))"}"#
        case .externalFile:
            let token = try await identityToken()
            secrets.add(token)
            content =
                #"{"type":"external_account",\#(external),"client_id":"pool","client_secret":"\#(Self.clientSecret)","#
                + #""credential_source":{"file":"\#(try file("subject-token", token))"}}"#
        default:
            let key = "subject/server+key==0123456789"
            secrets.add(key)
            content =
                #"{"type":"external_account",\#(external),"credential_source":{"url":"\#(identityURL)","#
                + #""headers":{"Metadata-Flavor":"Google","X-Subject-Key":"\#(key)"}}}"#
        }
        // As JSON of other programs has it.
        if identity == .impersonated { content = content.replacingOccurrences(of: "1//0g/", with: #"1\/\/0g\/"#) }
        variables = ["GOOGLE_APPLICATION_CREDENTIALS": try file("credentials.json", content)]
    }

    /// Sends what the credential file sends somewhere to somewhere else.
    private func editCredentials(_ old: String, _ new: String) throws {
        guard let path = variables["GOOGLE_APPLICATION_CREDENTIALS"] else { return }
        let text = try String(contentsOfFile: path, encoding: .utf8).replacingOccurrences(of: #"\/"#, with: "/")
        _ = try file("credentials.json", text.replacingOccurrences(of: old, with: new))
    }

    // MARK: The cluster, and the way there

    private var ownKubeconfig: String {
        get throws {
            try String(contentsOfFile: try #require(variables["KUBECONFIG"] ?? harness.environment["KUBECONFIG"]), encoding: .utf8)
        }
    }

    private mutating func arrangeCluster() throws {
        let token = harness.scenario.kubernetesToken.exposed
        switch identity {
        case .execPlugin:
            let answer = #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"\#(token)"}}"#
            let plugin = try file("plugin", "#!/bin/sh\necho \(token) >&2\necho '\(answer)'\n")
            let secret = "plugin/secret+0123456789=="
            secrets.add(secret)
            let user =
                "exec: {apiVersion: client.authentication.k8s.io/v1, command: \(plugin), interactiveMode: Never, "
                + "env: [{name: PLUGIN_SECRET, value: \"\(secret)\"}]}"
            let text = try ownKubeconfig.replacingOccurrences(of: "token: \(token)", with: user)
            variables["KUBECONFIG"] = try file("exec-kubeconfig", text)
        case .clientKey:
            let (key, certificate) = try TestKey.make(in: harness.directory)
            for line in String(decoding: key, as: UTF8.self).split(separator: "\n") where !line.hasPrefix("-") {
                secrets.add(String(line))
            }
            secrets.add(key.base64EncodedString())
            let user = "client-certificate-data: \(certificate.base64EncodedString()), client-key-data: \(key.base64EncodedString())"
            let text = try ownKubeconfig.replacingOccurrences(of: "token: \(token)", with: user)
            variables["KUBECONFIG"] = try file("key-kubeconfig", text)
        default:
            secrets.add("proxy/pass+word=0123456789")
            variables["HTTPS_PROXY"] = proxy
        }
    }

    private var proxy: String { "http://proxy-user:proxy%2Fpass%2Bword%3D0123456789@127.0.0.1:\(echo.port)" }

    // MARK: The clouds

    private mutating func make(_ cloud: SecretIdentity.Cloud) throws {
        switch cloud {
        case .serving: return
        case .refusing:
            harness.byHand { world, _ in
                world.google.revokeTokens()
                world.aws.credentials = [:]
                world.aws.roles = [:]
                world.google.refreshTokens = [:]
                world.compute.deniedPermissions = ["compute.addresses.list", "compute.instances.get"]
            }
            if identity == .clientKey {
                kubeconfigOfOthers = try kubeconfig(harness.servers.endpoints.kubernetes.replacing("http:", with: "https:"))
            }
            // Nothing gets through the proxy.
            if identity == .proxy { variables["AWS_ENDPOINT_URL_EC2"] = "https://ec2.eu-west-1.amazonaws.com" }
        case .echoing:
            variables.merge([
                "AWS_ENDPOINT_URL_EC2": echo.url, "AWS_ENDPOINT_URL_STS": echo.url, "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE": echo.url,
            ]) { $1 }
            if variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] != nil {
                variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "\(echo.url)/credentials"
            }
            let endpoints = harness.servers.endpoints
            // A token that is given, and whose issuer then repeats it.
            if identity == .authorizedUser { try editCredentials(endpoints.oauth, "\(giver.url)/granted/token") }
            secrets.add(Self.grantedToken)
            let account = harness.scenario.serviceAccount
            try editCredentials(
                endpoints.generateAccessToken(account), "\(echo.url)/v1/projects/-/serviceAccounts/\(account):generateAccessToken")
            try editCredentials(endpoints.tokenExchange, "\(echo.url)/v1/token")
            kubeconfigOfOthers = try kubeconfig(echo.url)
            if identity == .proxy { standBefore() }
        case .echoingTokens:
            let endpoints = harness.servers.endpoints
            try editCredentials(String(endpoints.oauth.dropLast("/token".count)), "\(echo.url)/oauth")
            try editCredentials(endpoints.metadata, echo.url)
            variables.merge(["GCE_METADATA_HOST": "127.0.0.1:\(echo.port)", "AWS_ENDPOINT_URL_STS": echo.url]) { $1 }
            if identity == .instanceMetadata { variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = echo.url }
            if identity == .proxy { standBefore() }
        }
    }

    /// Plain HTTP to another machine goes through the proxy, which repeats it; what is on this machine goes past it.
    private mutating func standBefore() {
        variables.merge(["http_proxy": proxy, "AWS_ENDPOINT_URL_EC2": "http://ec2.invalid"]) { $1 }
        for name in ["AWS_ENDPOINT_URL_STS", "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE"] { variables[name] = nil }
        kubeconfigOfOthers = harness.environment["KUBECONFIG"]
    }

    private func kubeconfig(_ server: String) throws -> String {
        try file("other-kubeconfig", try ownKubeconfig.replacingOccurrences(of: harness.servers.endpoints.kubernetes, with: server))
    }
}
