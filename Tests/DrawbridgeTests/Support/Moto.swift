import Foundation
import Testing

/// A moto server for one test: EC2 and STS on a free port of the loopback, with signatures and IAM policies enforced after its set-up. The program is shared with the tests
/// of the AWS client.
struct Moto {
    struct Keys: Decodable, Sendable {
        var accessKeyID: String
        var secretAccessKey: String
    }

    struct World: Decodable, Sendable {
        var endpoint: String
        var region: String
        var groups: [String]
        var roleARN: String
        /// A user with the shipped policy.
        var drawbridge: Keys
        /// A user who may only assume roles.
        var assumer: Keys
        var reader: Keys
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The Python to run it with; `nil` where there is none.
    static let python: String? = {
        if let given = ProcessInfo.processInfo.environment["DRAWBRIDGE_TEST_PYTHON"], !given.isEmpty { return given }
        let path = root.resolvingSymlinksInPath().appendingPathComponent(".venv/bin/python").path
        if FileManager.default.isExecutableFile(atPath: path) { return path }
        let real = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(".venv/bin/python").path
        return FileManager.default.isExecutableFile(atPath: real) ? real : nil
    }()

    let world: World
    private let python: String
    private let directory: URL

    static func run(_ directory: URL, _ body: (Moto) async throws -> Void) async throws {
        let python = try #require(python)
        let process = Process()
        let (input, output) = (Pipe(), directory.appendingPathComponent("moto.json"))
        try Data().write(to: output)
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [
            root.appendingPathComponent("Tests/AWSTests/Peers/moto_server.py").path,
            URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("policies/aws-permissions.json").path, "1",
        ]
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer {
            try? input.fileHandleForWriting.close()
            process.terminate()
        }
        var line = Data()
        try await poll(within: .seconds(60), every: .milliseconds(50)) {
            line = try Data(contentsOf: output)
            return line.last == 0x0A ? nil : process.isRunning ? "moto is not ready" : "moto ended before it was ready"
        }
        try await body(Moto(world: try JSONDecoder().decode(World.self, from: line), python: python, directory: directory))
    }

    /// The inbound IPv4 blocks of the group, as botocore reads them.
    func inbound() async throws -> Set<String> {
        let script = """
            import sys
            from botocore.session import Session
            client = Session().create_client("ec2", region_name=sys.argv[1], endpoint_url=sys.argv[2], aws_access_key_id=sys.argv[3], aws_secret_access_key=sys.argv[4])
            rules = client.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [sys.argv[5]]}])["SecurityGroupRules"]
            print("\\n".join(r["CidrIpv4"] + " " + str(r["FromPort"]) for r in rules if not r["IsEgress"]))
            """
        let process = try Launched(
            URL(fileURLWithPath: python),
            ["-c", script, world.region, world.endpoint, world.reader.accessKeyID, world.reader.secretAccessKey, world.groups[0]],
            environment: ["PATH": "/usr/bin:/bin", "HOME": directory.path], directory: directory)
        let ended = try await process.ended(within: .seconds(60))
        try #require(ended.status == 0, "\(ended)")
        return Set(ended.output.split(separator: "\n").map(String.init))
    }
}
