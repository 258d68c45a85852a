import Cryptography
package import Model

/// The profiles of `~/.aws/config` and `~/.aws/credentials` (`AWS_CONFIG_FILE`, `AWS_SHARED_CREDENTIALS_FILE`).
///
/// In the config file a profile's section is `[profile name]`, but `[default]`; in the credentials file it is `[name]`, whose
/// keys win.
///
/// The files' bytes are wiped once they are read. The texts that come of them are `String`s, which are not ours to wipe.
///
/// Source: botocore 1.43, configloader.py, build_profile_map, and session.py, full_config.
package struct SharedProfiles: Sendable {
    typealias Values = [String: ConfigurationFile.Value]

    private var merged: [String: Values] = [:]
    private var ofConfigFile: [String: Values] = [:]
    private var ofCredentialsFile: [String: Values] = [:]
    private var services: [String: Values] = [:]

    /// Of no file.
    private init() {}
    static let none = SharedProfiles()

    /// Reads both files; what is no file is empty, `/dev/null` for one.
    package init(environment: AWSEnvironment) throws(APIError) {
        for section in try Self.read(environment.path("AWS_CONFIG_FILE", default: "config")).sections { takeConfig(section) }
        merged = ofConfigFile
        let credentials = try Self.read(environment.path("AWS_SHARED_CREDENTIALS_FILE", default: "credentials"))
        for section in credentials.sections {
            ofCredentialsFile[section.name] = section.values
            merged[section.name, default: [:]].merge(section.values) { _, new in new }
        }
    }

    /// `[profile two words]` is none, `[profile "two words"]` is one. A later section of one name replaces the earlier.
    private mutating func takeConfig(_ section: ConfigurationFile.Section) {
        if section.name == "default" {
            ofConfigFile["default"] = section.values
            return
        }
        guard let words = ShellWords.split(section.name), words.count == 2 else { return }
        if section.name.hasPrefix("profile") {
            ofConfigFile[words[1]] = section.values
        } else if section.name.hasPrefix("services") {
            services[words[1]] = section.values
        }
    }

    package var names: [String] { merged.keys.sorted() }

    /// A profile's keys of both files, blocks of settings left out.
    package subscript(profile: String) -> [String: String]? { merged[profile].map(Self.texts) }

    /// A profile's keys of the credentials file alone.
    func credentialsFile(_ profile: String) -> [String: String]? { ofCredentialsFile[profile].map(Self.texts) }

    /// A profile's keys of the config file alone.
    func configFile(_ profile: String) -> [String: String]? { ofConfigFile[profile].map(Self.texts) }

    /// The settings of one service in `[services name]`; `nil` when there is no such section.
    func service(_ service: String, in name: String) -> [String: String]? {
        guard let section = services[name], !section.isEmpty else { return nil }
        guard case .settings(let settings) = section[service] else { return [:] }
        return settings
    }

    private static func texts(_ values: Values) -> [String: String] {
        values.compactMapValues { if case .text(let text) = $0 { text } else { nil } }
    }

    private static func read(_ path: String?) throws(APIError) -> ConfigurationFile {
        guard let path else { return ConfigurationFile() }
        var bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(path, limit: 1 << 20)
        } catch {
            switch error {
            case .absent, .irregular: return ConfigurationFile()
            // botocore passes over a file that it may not read, and may end with somebody else's credentials.
            case .unreadable: throw failure(path, "cannot be read: \(error.reason)")
            }
        }
        defer { SecretBytes.wipe(&bytes) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw failure(path, "is not UTF-8") }
        do {
            return try ConfigurationFile(text)
        } catch {
            throw failure(path, "line \(error.line): \(error.message)")
        }
    }

    private static func failure(_ path: String, _ message: String) -> APIError {
        APIError(
            api: .credentials, operation: "AWS credentials", resource: path, code: "configuration-file",
            message: message + "; correct the file", disposition: .permanent)
    }
}
