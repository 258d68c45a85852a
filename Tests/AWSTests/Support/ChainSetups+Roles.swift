extension ChainSetups {
    static let roles: [ChainSetup] = [
        .init(
            "a role", ["AWS_PROFILE": "p"], config: "[profile p]\n" + role("r") + "source_profile = base\n",
            credentials: "[base]\n" + keys("BASE"), .member("assume-role")),
        .init(
            "a role with all its settings", ["AWS_PROFILE": "p"],
            config: "[profile p]\n" + role("r")
                + "source_profile = base\nexternal_id = e/1\nrole_session_name = me\nduration_seconds = 900\n",
            credentials: "[base]\n" + keys("BASE"), .member("assume-role")),
        .init(
            "a role with a duration that is none", ["AWS_PROFILE": "p"],
            config: "[profile p]\n" + role("r") + "source_profile = base\nduration_seconds = long\n",
            credentials: "[base]\n" + keys("BASE"), .member("assume-role")),
        .init(
            "a role in the credentials file", credentials: "[default]\n" + role("r") + "source_profile = b\n[b]\n" + keys("B"),
            .member("assume-role")),
        .init(
            "a role that is refused", config: "[default]\n" + role("refused") + "source_profile = b\n",
            credentials: "[b]\n" + keys("B"), .nothing),
        .init(
            "three roles",
            config: "[default]\n" + role("r1") + "source_profile = b\n[profile b]\n" + role("r2")
                + "source_profile = c\n[profile c]\n" + role("r3") + "source_profile = d\n[profile d]\n" + keys("D"),
            .member("assume-role")),
        .init(
            "a role of a profile with keys and a process",
            config: "[default]\n" + role("r") + "source_profile = b\n[profile b]\n"
                + keys("B") + process(good), .member("assume-role")),
        .init(
            "a role of a profile with a process only",
            config: "[default]\n" + role("r") + "source_profile = b\n[profile b]\n" + process(good), .member("assume-role")),
        .init(
            "a role of a profile with a role and keys",
            config: "[default]\n" + role("r") + "source_profile = b\n[profile b]\n" + role("other") + "source_profile = gone\n"
                + keys("B"), .member("assume-role")),
        .init(
            "a role of a profile with a token file",
            config: "[default]\n" + role("r") + "source_profile = b\n[profile b]\n" + role("web")
                + "web_identity_token_file = {home}/token\n", files: token, .member("assume-role")),
        .init(
            "a role of itself, with keys", config: "[default]\n" + role("r") + "source_profile = default\n" + keys("D"),
            .member("assume-role")),
        .init(
            "a role of itself, with keys in the other file", config: "[default]\n" + role("r") + "source_profile = default\n",
            credentials: "[default]\n" + keys("D"), .member("assume-role")),
        .init("a role of itself, without keys", config: "[default]\n" + role("r") + "source_profile = default\n", .nothing),
        .init(
            "two roles of one another",
            config: "[default]\n" + role("r") + "source_profile = b\n[profile b]\n" + role("s")
                + "source_profile = default\n", .nothing),
        .init(
            "a role of a profile that names itself",
            config: "[default]\n" + role("r") + "source_profile = b\n[profile b]\n" + role("s") + "source_profile = b\n", .nothing),
        .init("a role of a profile that is not there", config: "[default]\n" + role("r") + "source_profile = gone\n", .nothing),
        .init(
            "a role of a profile that has nothing",
            config: "[default]\n" + role("r") + "source_profile = b\n[profile b]\nregion = x\n", .nothing),
        .init("a role of nothing", config: "[default]\n" + role("r") + keys("D"), .nothing),
        .init(
            "a role of two sources",
            config: "[default]\n" + role("r") + "source_profile = b\ncredential_source = EcsContainer\n[profile b]\n" + keys("B"),
            .nothing),
        .init(
            "a role of the environment's keys, which come first",
            env, config: "[default]\n" + role("r") + "credential_source = Environment\n", .member("env", key: "AKIDENV")),
        .init("a role of keys that are not set", config: "[default]\n" + role("r") + "credential_source = Environment\n", .nothing),
        .init(
            "a role of a container's keys", ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "{stub}/container"],
            config: "[default]\n" + role("r") + "credential_source = EcsContainer\n", .member("assume-role")),
        .init(
            "a role of an instance's keys",
            ["AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{stub}/imds"],
            config: "[default]\n" + role("r") + "credential_source = Ec2InstanceMetadata\n", .member("assume-role")),
        .init(
            "a role of a source in lower case", ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "{stub}/container"],
            config: "[default]\n" + role("r") + "credential_source = ecscontainer\n", .nothing),
        .init(
            "a role of an unknown source", config: "[default]\n" + role("r") + "credential_source = Elsewhere\n", .nothing),
        .init(
            "a role that asks for a code", config: "[default]\n" + role("r") + "source_profile = b\nmfa_serial = arn:aws:iam::1:mfa/me\n",
            credentials: "[b]\n" + keys("B"), .nothing),
        .init(
            "a role before the environment's token file", web,
            config: "[default]\n" + role("r") + "source_profile = b\n[profile b]\n" + keys("B"), files: token, .member("assume-role")),
        .init(
            "STS where the profile says", ["AWS_ENDPOINT_URL_STS": ""],
            config: "[default]\nendpoint_url = {stub}/profile\n" + role("r") + "source_profile = b\n[profile b]\n" + keys("B"),
            .member("assume-role")),
        .init(
            "STS where a section of services says", ["AWS_ENDPOINT_URL_STS": ""],
            config: "[default]\nservices = s\nendpoint_url = {stub}/profile\n" + role("r")
                + "source_profile = b\n[profile b]\n" + keys("B") + "[services s]\nsts =\n  endpoint_url = {stub}/services\n",
            .member("assume-role")),
        .init(
            "STS where a variable says, before a section of services", ["AWS_ENDPOINT_URL_STS": "", "AWS_ENDPOINT_URL": "{stub}/all"],
            config: "[default]\nservices = s\n" + role("r") + "source_profile = b\n[profile b]\n" + keys("B")
                + "[services s]\nsts =\n  endpoint_url = {stub}/services\n", .member("assume-role")),
        .init(
            "a section of services that is not there", ["AWS_ENDPOINT_URL_STS": ""],
            config: "[default]\nservices = gone\nendpoint_url = {stub}/profile\n" + role("r") + "source_profile = b\n[profile b]\n"
                + keys("B"), .nothing),
    ]

    static let webIdentity: [ChainSetup] = [
        .init("a token file", web, files: token, .member("assume-role-with-web-identity")),
        .init(
            "a token file, with a session's name", with(web, ["AWS_ROLE_SESSION_NAME": "me"]), files: token,
            .member("assume-role-with-web-identity")),
        .init(
            "a token file of the profile",
            config: "[default]\n" + role("web") + "web_identity_token_file = {home}/token\nrole_session_name = you\n", files: token,
            .member("assume-role-with-web-identity")),
        .init(
            "a token file of the profile, and a source_profile",
            config: "[default]\n" + role("web") + "web_identity_token_file = {home}/token\nsource_profile = b\n[profile b]\n" + keys("B"),
            files: token, .member("assume-role-with-web-identity")),
        .init(
            "a token file of the environment, for another role than the profile's",
            ["AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/env"],
            config: "[default]\n" + role("web") + "web_identity_token_file = {home}/token\n", files: token,
            .member("assume-role-with-web-identity")),
        .init(
            "a token file before keys of the files", web, config: "[default]\n" + keys("C"), credentials: "[default]\n" + keys("F"),
            files: token, .member("assume-role-with-web-identity")),
        .init("a token file and no role", ["AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token"], files: token, .nothing),
        .init("a role and no token file", ["AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/web"], .nothing),
        .init("a token file that is not there", web, credentials: "[default]\n" + keys("F"), .nothing),
        .init(
            "a token file for a role that is refused", with(web, ["AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/refused"]),
            files: token, .nothing),
    ]

    private static let imds = ["AWS_EC2_METADATA_DISABLED": "false"]

    static let metadata: [ChainSetup] = [
        .init(
            "a container", ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "{stub}/container"],
            .member("container-role", key: "ASIACONTAINER")),
        .init(
            "a container with a token",
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "{stub}/container-token", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Basic abc"],
            .member("container-role", key: "ASIACONTAINER")),
        .init(
            "a container with a token file",
            [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{stub}/container-token", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "old",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{home}/auth",
            ], files: ["auth": "Basic abc"], .member("container-role", key: "ASIACONTAINER")),
        .init(
            "a container that refuses", ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "{stub}/container-token"], .nothing),
        .init(
            "a container at a stranger's", ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/container"], .nothing),
        .init(
            "a container after the files", ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "{stub}/container"],
            config: "[default]\n" + keys("CONFIG"), .member("config-file", key: "AKIDCONFIG")),
        .init(
            "an instance", with(imds, ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "{stub}/imds"]),
            .member("iam-role", key: "ASIAINSTANCE")),
        .init(
            "an instance where the profile says", imds, config: "[default]\nec2_metadata_service_endpoint = {stub}/imds/\n",
            .member("iam-role", key: "ASIAINSTANCE")),
        .init(
            "an instance without a role", with(imds, ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "{stub}/imds-none"]), .nothing),
        .init(
            "an instance that breaks", with(imds, ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "{stub}/imds-broken"]), .nothing),
        .init("an instance, switched off", ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "{stub}/imds"], .nothing),
        .init(
            "an instance and a container",
            with(
                imds,
                [
                    "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{stub}/imds", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{stub}/container",
                ]), .member("container-role", key: "ASIACONTAINER")),
        .init(
            "single sign-on, which nobody is there for",
            config:
                "[default]\nsso_account_id = 123456789012\nsso_role_name = r\nsso_start_url = https://x.example\nsso_region = eu-west-1\n",
            credentials: "[default]\n" + keys("FILE"), .nothing),
        .init(
            "half of a single sign-on", config: "[default]\nsso_start_url = https://x.example\nsso_region = eu-west-1\n" + keys("C"),
            .member("config-file", key: "AKIDC")),
        .init("a login, which nobody is there for", config: "[default]\nlogin_session = x\n" + keys("C"), .nothing),
    ]

    /// Where ours is not botocore's choice.
    static let deliberate: [ChainSetup] = [
        .init(
            "an empty name of a profile", ["AWS_PROFILE": ""], credentials: "[default]\n" + keys("FILE"),
            .differs(
                ours: "shared-credentials-file", theirs: nil,
                because: "manifests set variables to nothing to unset them; botocore looks for a profile without a name")),
        .init(
            "an empty name of a token file", ["AWS_WEB_IDENTITY_TOKEN_FILE": ""],
            config: "[default]\n" + role("web") + "web_identity_token_file = {home}/token\n", files: token,
            .differs(
                ours: "assume-role-with-web-identity", theirs: nil,
                because: "the same: an empty variable counts as unset, and does not hide the profile's file")),
        .init(
            "an instance that speaks version 1 only",
            with(imds, ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "{stub}/imds-v1"]),
            .differs(
                ours: nil, theirs: "iam-role",
                because: "version 1 gives keys to whoever can make this process send a GET; GKE has no such service at all")),
        .init(
            "a key of no characters", credentials: "[default]\naws_access_key_id =\naws_secret_access_key = s\n",
            .differs(ours: nil, theirs: "shared-credentials-file", because: "botocore finds out when AWS refuses the signature")),
        .init(
            "a container's token file that ends with a newline",
            [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{stub}/container-token",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{home}/auth",
            ], files: ["auth": "Basic abc\n"],
            .differs(ours: "container-role", theirs: nil, because: "the newline is no part of the token, and no header can be made of it")),
        .init(
            "the file of the first EC2 tools", ["AWS_CREDENTIAL_FILE": "{home}/ec2"],
            files: ["ec2": "AWSAccessKeyId=AKIDOLD\nAWSSecretKey=s\n"],
            .differs(ours: nil, theirs: "ec2-credentials-file", because: "retired with those tools; no other tool of AWS reads it")),
        .init(
            "the file of boto 2", ["BOTO_CONFIG": "{home}/boto"],
            files: ["boto": "[Credentials]\n" + keys("BOTO")],
            .differs(ours: nil, theirs: "boto-config", because: "retired with boto 2; no other tool of AWS reads it")),
    ]
}
