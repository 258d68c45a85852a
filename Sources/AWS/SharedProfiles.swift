package import Model

/// The profiles of `~/.aws/config` and `~/.aws/credentials` (`AWS_CONFIG_FILE`, `AWS_SHARED_CREDENTIALS_FILE`).
///
/// In the config file a profile's section is `[profile name]`, but `[default]`; in the credentials file it is `[name]`, whose
/// keys win.
package struct SharedProfiles: Sendable {
    private let profiles: [String: [String: String]]

    /// Reads both files; one that does not exist is empty.
    package init(environment: AWSEnvironment) throws(APIError) {
        var profiles: [String: [String: String]] = [:]
        for (section, keys) in try Self.read(environment.path("AWS_CONFIG_FILE", default: "config")).sections {
            let words = section.split(separator: " ", maxSplits: 1)
            if section == "default" {
                profiles["default", default: [:]].merge(keys) { old, _ in old }
            } else if words.count == 2, words[0] == "profile" {
                profiles[Self.unquoted(words[1]), default: [:]].merge(keys) { _, new in new }
            }
        }
        for (section, keys) in try Self.read(environment.path("AWS_SHARED_CREDENTIALS_FILE", default: "credentials")).sections {
            profiles[section, default: [:]].merge(keys) { _, new in new }
        }
        self.profiles = profiles
    }

    package var names: [String] { profiles.keys.sorted() }

    package subscript(profile: String) -> [String: String]? { profiles[profile] }

    /// A profile's name with white space in it stands in quotes.
    private static func unquoted(_ name: Substring) -> String {
        for quote in ["\"", "'"] where name.utf8.count >= 2 && name.hasPrefix(quote) && name.hasSuffix(quote) {
            return String(name.dropFirst().dropLast())
        }
        return String(name)
    }

    private static func read(_ path: String?) throws(APIError) -> ConfigurationFile {
        guard let path else { return ConfigurationFile() }
        let bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(path, limit: 1 << 20)
        } catch {
            if error == .absent { return ConfigurationFile() }
            throw failure(path, "cannot be read: \(error.reason)")
        }
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
