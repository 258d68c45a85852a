import Foundation
import Peers
import Testing

/// A moto server for one test, beside the embedded clouds.
struct Moto {
    let world: MotoProcess.World
    private let directory: URL

    static func run(_ directory: URL, _ body: (Moto) async throws -> Void) async throws {
        let process = try await MotoProcess.start(groups: 1)
        defer { process.stop() }
        try await body(Moto(world: process.world, directory: directory))
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
            try #require(Python.executable),
            ["-c", script, world.region, world.endpoint, world.reader.accessKeyID, world.reader.secretAccessKey, world.groups[0]],
            environment: ["PATH": "/usr/bin:/bin", "HOME": directory.path], directory: directory)
        let ended = try await process.ended(within: .seconds(60))
        try #require(ended.status == 0, "\(ended)")
        return Set(ended.output.split(separator: "\n").map(String.init))
    }
}
