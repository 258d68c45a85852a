import Foundation
import Locking
import Model
import PolicyFile
import Testing

@testable import drawbridge

/// What is said of a policy file that changes, in time that passes only when the watch sleeps.
@Suite struct PolicyWatchTests {
    private static func policy(_ name: String) -> String {
        """
        apiVersion: drawbridge.dev/v1alpha1
        kind: Whitelist
        metadata: {name: \(name)}
        spec:
          addresses: {project: acme-prod, labels: {drawbridge: orders-db}}
          securityGroups:
            - {id: sg-0a1b2c3d4e5f60718, region: eu-west-1, ports: [{protocol: tcp, port: 5432}], foreignRules: revoke}
        """
    }

    /// The file has each content for so many periods; then the watch is cancelled.
    private func heard(_ contents: [(text: String, periods: Int)], repeatInterval: Duration) async throws -> [String] {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("policy-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: path) }
        let schedule = contents.flatMap { Array(repeating: $0.text, count: $0.periods) }
        let state = Locked((period: 0, passed: Duration.zero))
        let runtime = Runtime(
            now: { Moment(instant: Instant(sinceOrigin: state.withLock { $0.passed }), wall: Timestamp(secondsSinceEpoch: 1_770_000_000)) },
            random: { 0 },
            sleep: { duration throws(CancellationError) in
                let period = state.withLock { state in
                    state.passed += duration
                    state.period += 1
                    return state.period - 1
                }
                guard period < schedule.count else { throw CancellationError() }
                do { try Data(schedule[period].utf8).write(to: path) } catch { throw CancellationError() }
            })
        try Data(contents[0].text.utf8).write(to: path)
        let initial = try PolicyFile.load(path: path.path)
        let said = Locked<[String]>([])
        await PolicyWatch(path: path.path, runtime: runtime, repeatInterval: repeatInterval).run(initial) { change in
            let word =
                switch change {
                case .policies(let policies): policies.map(\.name).joined()
                case .refused: "refused"
                case .accepted: "accepted"
                }
            said.withLock { $0.append("\(word) at \(state.withLock { $0.passed }.brief)") }
        }
        return said.withLock { $0 }
    }

    @Test func `a refused file is told at once, again at the interval, and once when it is over`() async throws {
        let broken = Self.policy("b").replacing("foreignRules: revoke", with: "foreignRules: never")
        let said = try await heard([(Self.policy("a"), 1), (broken, 8), (Self.policy("a"), 2)], repeatInterval: .seconds(6))
        #expect(said == ["refused at 4s", "refused at 10s", "refused at 16s", "accepted at 20s"])
    }

    @Test func `another error is told at once, and new policies after the end of the refusal`() async throws {
        let broken = Self.policy("b").replacing("foreignRules: revoke", with: "foreignRules: never")
        let other = Self.policy("b").replacing("port: 5432", with: "port: 70000")
        let said = try await heard([(Self.policy("a"), 1), (broken, 1), (other, 1), (Self.policy("b"), 3)], repeatInterval: .seconds(600))
        #expect(said == ["refused at 4s", "refused at 6s", "accepted at 8s", "b at 8s"])
    }
}
