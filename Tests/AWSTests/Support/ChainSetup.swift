import Foundation

/// Surroundings in which credentials are looked for. `{home}` and `{stub}` stand for a folder of its own and for the URL of what
/// answers for STS, containers and instances.
struct ChainSetup: Sendable {
    enum Expected: Sendable {
        /// botocore's name of the member that gives the credentials, and the access key where that is a fixed one.
        case member(String, key: String? = nil)
        /// There are none: nothing is configured, or what is configured does not work.
        case nothing
        /// Ours differs from both peers, on purpose.
        case differs(ours: String?, theirs: String?, because: String)
    }

    var name: String
    var environment: [String: String] = [:]
    var config: String?
    var credentials: String?
    /// A file that begins with `#!` is a program.
    var files: [String: String] = [:]
    var expected: Expected

    init(
        _ name: String, _ environment: [String: String] = [:], config: String? = nil, credentials: String? = nil,
        files: [String: String] = [:], _ expected: Expected
    ) {
        self.name = name
        self.environment = environment
        self.config = config
        self.credentials = credentials
        self.files = files
        self.expected = expected
    }

    /// Writes the files.
    ///
    /// - Returns: the environment that shows them.
    func make(in folder: TemporaryFiles, at index: Int, stub: String) throws -> [String: String] {
        let home = folder.folder.appendingPathComponent("\(index)").path
        func filled(_ text: String) -> String { text.replacing("{home}", with: home).replacing("{stub}", with: stub) }
        var contents = files
        contents[".aws/config"] = config
        contents[".aws/credentials"] = credentials
        for (name, text) in contents {
            let path = try folder.write("\(index)/\(name)", filled(text))
            if text.hasPrefix("#!") { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path) }
        }
        let usual = [
            "HOME": home, "PATH": "/usr/bin:/bin", "AWS_DEFAULT_REGION": "eu-west-1", "AWS_ENDPOINT_URL_STS": stub,
            "AWS_EC2_METADATA_DISABLED": "true",
        ]
        return usual.merging(environment) { $1 }.mapValues(filled)
    }
}
