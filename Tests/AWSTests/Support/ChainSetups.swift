/// The set-ups in which ours, botocore and the AWS CLI are asked for credentials.
enum ChainSetups {
    static let all = environment + profiles + files + processes + roles + webIdentity + metadata + deliberate

    static func keys(_ name: String) -> String { "aws_access_key_id = AKID\(name)\naws_secret_access_key = s\n" }
    static func role(_ name: String) -> String { "role_arn = arn:aws:iam::123456789012:role/\(name)\n" }
    static func process(_ json: String) -> String { "credential_process = /bin/echo '\(json)'\n" }
    static let good = #"{"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "s"}"#
    static let env = ["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "s"]
    static let web = [
        "AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/web",
    ]
    static let token = ["token": "header.payload.signature"]

    static func with(_ environment: [String: String], _ more: [String: String]) -> [String: String] {
        environment.merging(more) { $1 }
    }

    static let environment: [ChainSetup] = [
        .init("keys", env, .member("env", key: "AKIDENV")),
        .init("keys and a token", with(env, ["AWS_SESSION_TOKEN": "t"]), .member("env", key: "AKIDENV")),
        .init(
            "two tokens", with(env, ["AWS_SESSION_TOKEN": "new", "AWS_SECURITY_TOKEN": "old"]), .member("env", key: "AKIDENV")),
        .init(
            "keys before all else", env.merging(web) { $1 }, config: "[default]\n" + keys("CONFIG") + process(good),
            credentials: "[default]\n" + keys("FILE"), files: token, .member("env", key: "AKIDENV")),
        .init("half of the keys", ["AWS_ACCESS_KEY_ID": "AKIDENV"], credentials: "[default]\n" + keys("FILE"), .nothing),
        .init(
            "the other half of the keys", ["AWS_SECRET_ACCESS_KEY": "s"], credentials: "[default]\n" + keys("FILE"),
            .member("shared-credentials-file", key: "AKIDFILE")),
        .init(
            "an empty key", with(env, ["AWS_ACCESS_KEY_ID": ""]), credentials: "[default]\n" + keys("FILE"),
            .member("shared-credentials-file", key: "AKIDFILE")),
        .init(
            "keys with an end ahead", with(env, ["AWS_CREDENTIAL_EXPIRATION": "2099-01-01T00:00:00Z"]),
            .member("env", key: "AKIDENV")),
        .init("keys that have ended", with(env, ["AWS_CREDENTIAL_EXPIRATION": "2020-01-01T00:00:00Z"]), .nothing),
        .init("keys with an end that is none", with(env, ["AWS_CREDENTIAL_EXPIRATION": "tomorrow, perhaps"]), .nothing),
        .init("nothing at all", [:], .nothing),
    ]

    static let profiles: [ChainSetup] = [
        .init(
            "a named profile of the config file", ["AWS_PROFILE": "p"], config: "[profile p]\n" + keys("CONFIG"),
            .member("config-file", key: "AKIDCONFIG")),
        .init(
            "a named profile of the credentials file", ["AWS_PROFILE": "p"], credentials: "[p]\n" + keys("FILE"),
            .member("shared-credentials-file", key: "AKIDFILE")),
        .init(
            "two variables that name a profile", ["AWS_PROFILE": "p", "AWS_DEFAULT_PROFILE": "q"],
            credentials: "[p]\n" + keys("P") + "[q]\n" + keys("Q"), .member("shared-credentials-file", key: "AKIDQ")),
        .init("a profile that no file has", ["AWS_PROFILE": "gone"], credentials: "[p]\n" + keys("P"), .nothing),
        .init("a profile that no file has, beside keys", with(env, ["AWS_PROFILE": "gone"]), .nothing),
        .init("the default profile by name, and no file", ["AWS_PROFILE": "default"], .nothing),
        .init(
            "a profile beside keys", with(env, ["AWS_PROFILE": "p"]), credentials: "[p]\n" + keys("P"),
            .member("env", key: "AKIDENV")),
        .init("a profile without [profile]", ["AWS_PROFILE": "p"], config: "[p]\n" + keys("P"), .nothing),
        .init(
            "a profile with a name in quotes", ["AWS_PROFILE": "two words"], config: "[profile \"two words\"]\n" + keys("CONFIG"),
            .member("config-file", key: "AKIDCONFIG")),
        .init(
            "a profile with a name without quotes", ["AWS_PROFILE": "two words"], config: "[profile two words]\n" + keys("CONFIG"),
            .nothing),
        .init(
            "[profile default] after [default]", config: "[default]\n" + keys("ONE") + "[profile default]\n" + keys("TWO"),
            .member("config-file", key: "AKIDTWO")),
        .init(
            "the name of a profile is not in lower case", ["AWS_PROFILE": "Prod"], credentials: "[prod]\n" + keys("P"), .nothing),
    ]

    static let files: [ChainSetup] = [
        .init(
            "default in the credentials file", credentials: "[default]\n" + keys("FILE"),
            .member("shared-credentials-file", key: "AKIDFILE")),
        .init("default in the config file", config: "[default]\n" + keys("CONFIG"), .member("config-file", key: "AKIDCONFIG")),
        .init(
            "default in both", config: "[default]\n" + keys("CONFIG"), credentials: "[default]\n" + keys("FILE"),
            .member("shared-credentials-file", key: "AKIDFILE")),
        .init(
            "half of the keys in each file", config: "[default]\naws_secret_access_key = s\n",
            credentials: "[default]\naws_access_key_id = AKID\n", .nothing),
        .init("half of the keys in the config file", config: "[default]\naws_access_key_id = AKID\n", .nothing),
        .init(
            "two tokens in a file", credentials: "[default]\n" + keys("F") + "aws_session_token = new\naws_security_token = old\n",
            .member("shared-credentials-file", key: "AKIDF")),
        .init("a key twice", credentials: "[default]\n" + keys("A") + keys("B"), .nothing),
        .init("a broken file beside keys", env, config: "[default\n", .nothing),
        .init(
            "colons, capitals and comments", config: "# c\n[default] ; c\nAWS_Access_Key_ID : AKIDCONFIG\naws_SECRET_access_key:s\n",
            .member("config-file", key: "AKIDCONFIG")),
        .init(
            "what every section inherits", ["AWS_PROFILE": "p"], credentials: "[DEFAULT]\n" + keys("ALL") + "[p]\nregion = x\n",
            .member("shared-credentials-file", key: "AKIDALL")),
        .init(
            "a block of settings before the keys", config: "[default]\ns3 =\n  aws_access_key_id = no\n" + keys("CONFIG"),
            .member("config-file", key: "AKIDCONFIG")),
        .init(
            "no config file on purpose", ["AWS_CONFIG_FILE": "/dev/null"], config: "[default]\n" + keys("CONFIG"),
            credentials: "[default]\n" + keys("FILE"), .member("shared-credentials-file", key: "AKIDFILE")),
        .init(
            "files elsewhere", ["AWS_CONFIG_FILE": "~/there", "AWS_SHARED_CREDENTIALS_FILE": "$HOME/${WHERE}-file", "WHERE": "odd"],
            config: "[default]\n" + keys("CONFIG"), files: ["there": "[default]\n" + keys("THERE"), "odd-file": "[other]\n"],
            .member("config-file", key: "AKIDTHERE")),
    ]

    static let processes: [ChainSetup] = [
        .init("credential_process", config: "[default]\n" + process(good), .member("custom-process", key: "AKIDPROCESS")),
        .init(
            "credential_process beside keys of its file", config: "[default]\n" + process(good) + keys("CONFIG"),
            .member("custom-process", key: "AKIDPROCESS")),
        .init(
            "credential_process beside keys of the credentials file", config: "[default]\n" + process(good),
            credentials: "[default]\n" + keys("FILE"), .member("shared-credentials-file", key: "AKIDFILE")),
        .init(
            "credential_process in the credentials file", ["AWS_PROFILE": "p"], credentials: "[p]\n" + process(good),
            .member("custom-process", key: "AKIDPROCESS")),
        .init(
            "credential_process with words that a shell would touch",
            config: "[default]\ncredential_process = {home}/give \"A B\" 'C $HOME' D\\ E *\n",
            files: [
                "give": "#!/bin/sh\n[ \"$#|$1|$2|$3|$4\" = '4|A B|C $HOME|D E|*' ] && echo '\(good)'\n"
            ], .member("custom-process", key: "AKIDPROCESS")),
        .init(
            "credential_process that sees the environment", ["GIVE": good],
            config: "[default]\ncredential_process = {home}/give\n", files: ["give": "#!/bin/sh\nprintf '%s' \"$GIVE\"\n"],
            .member("custom-process", key: "AKIDPROCESS")),
        .init("credential_process that fails", config: "[default]\ncredential_process = /bin/false\n", .nothing),
        .init("credential_process that is not there", config: "[default]\ncredential_process = /no/such\n", .nothing),
        .init("credential_process with an open quotation", config: "[default]\ncredential_process = '/bin/true\n", .nothing),
        .init("credential_process that prints nonsense", config: "[default]\ncredential_process = /bin/echo hello\n", .nothing),
        .init(
            "credential_process of another version",
            config: "[default]\n" + process(good.replacing(": 1", with: ": 2")) + keys("CONFIG"), .nothing),
        .init("credential_process without keys", config: "[default]\n" + process(#"{"Version": 1}"#), .nothing),
        .init(
            "credential_process with an end ahead",
            config: "[default]\n" + process(good.dropLast() + #", "SessionToken": "t", "Expiration": "2099-01-01T00:00:00+01:00"}"#),
            .member("custom-process", key: "AKIDPROCESS")),
        .init(
            "credential_process with an end that has passed",
            config: "[default]\n" + process(good.dropLast() + #", "Expiration": "2020-01-01T00:00:00Z"}"#), .nothing),
    ]
}
