import Foundation
import Model
import PolicyFile
import Testing

@Suite struct `Loading from a path` {
    @Test func `a file's policies come as parsed`() throws {
        let path = Golden.policies.appendingPathComponent("whitelist-minimal.yaml").path
        #expect(try PolicyFile.load(path: path).map(\.name) == ["orders-db"])
    }

    @Test func `what can't be read says why`() throws {
        let missing = try #require(throws: PolicyFileErrors.self) { try PolicyFile.load(path: "/no/such/policy.yaml") }
        #expect("\(missing)" == "/no/such/policy.yaml: cannot be opened: No such file or directory")
        let folder = try #require(throws: PolicyFileErrors.self) { try PolicyFile.load(path: Golden.policies.path) }
        #expect("\(folder)" == "\(Golden.policies.path): cannot be read: Is a directory (name the file in it)")
    }

    @Test func `an endless file is given up at its limit`() throws {
        let failure = try #require(throws: PolicyFileErrors.self) { try PolicyFile.load(path: "/dev/zero") }
        #expect("\(failure)" == "/dev/zero: found more than 1048576 bytes, expected at most that")
    }

    @Test func `errors name the file as it was given`() throws {
        let path = Golden.folder.appendingPathComponent("bad-port.yaml").path
        let failure = try #require(throws: PolicyFileErrors.self) { try PolicyFile.load(path: path) }
        #expect(
            "\(failure)"
                == "\(path):13:37: spec.securityGroups[0].ports[0].port: found \"abc\", expected a port number from 0 to 65535")
    }
}
