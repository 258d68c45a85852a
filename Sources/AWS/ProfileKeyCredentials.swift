package import Model

/// A profile with `aws_access_key_id`, `aws_secret_access_key` and `aws_security_token` or `aws_session_token`, in one of the
/// shared files.
///
/// Source: botocore 1.43, credentials.py, SharedCredentialProvider and ConfigProvider: two members of the chain, with
/// `credential_process` between them.
package struct ProfileKeyCredentials: CredentialsSource {
    package enum File: String, Sendable {
        case credentials
        case config
    }

    package let name: String
    let file: File
    private let profile: String
    private let keys: [String: String]

    package init(profile: String, of profiles: SharedProfiles, file: File) {
        self.profile = profile
        self.file = file
        name = "keys of profile '\(profile)' in the \(file.rawValue) file"
        keys = (file == .credentials ? profiles.credentialsFile(profile) : profiles.configFile(profile)) ?? [:]
    }

    package func load() throws(APIError) -> AWSCredentials? {
        guard let key = keys["aws_access_key_id"] else { return nil }
        guard let secret = keys["aws_secret_access_key"] else {
            throw failure("partial-credentials", "it has aws_access_key_id and no aws_secret_access_key: add it")
        }
        let token = keys["aws_security_token"] ?? keys["aws_session_token"]
        for (name, value) in [("aws_access_key_id", key), ("aws_secret_access_key", secret)] where !Self.isPrintable(value) {
            throw failure("malformed-credentials", "its \(name) is empty, or has white space within: correct the file")
        }
        guard Self.isPrintable(token ?? "-") || token == "" else {
            throw failure("malformed-credentials", "its session token has white space within: correct the file")
        }
        return AWSCredentials(
            accessKeyID: key, secretAccessKey: Secret(secret), sessionToken: token.flatMap { $0.isEmpty ? nil : Secret($0) },
            expiration: nil, source: "profile '\(profile)' in the \(file.rawValue) file")
    }

    private static func isPrintable(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }
}
