import Foundation
import HTTP
import Model
import Peers
import Sandbox
import Testing

/// `drawbridge status`, `explain` and `history` of a running controller.
@Suite(.serialized) struct StatusCommandTests {
    @Test func `status, explain and history tell of the controller that --url names`() async throws {
        try await SandboxHarness.run { harness in
            let controller = try harness.controller("--listen", "127.0.0.1:0")
            let base = try await controller.page()
            try await harness.closes(of: controller)
            try await poll(within: .seconds(30)) { controller.errors.contains("StartupTaintRemoved") ? nil : "not settled" }
            let text = try await harness.drawbridge("status", "--url", base)
            #expect(text.status == 0 && text.output.contains("drawbridge-0 leads: it is the one writer"), "\(text)")
            for address in harness.world.reserved(harness.scenario) { #expect(text.output.contains(address.reference.name), "\(text)") }
            for node in harness.world.pool(harness.scenario.pool) { #expect(text.output.contains(node.reference.name)) }
            #expect(text.output.contains("Last changes (") && text.output.contains("StaticAddressBound"))

            let json = try await harness.drawbridge("status", "--url", base, "--format", "json")
            let document = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
            #expect(document["version"] as? Int == 1)

            let address = try #require(harness.world.reserved(harness.scenario).first)
            let explained = try await harness.drawbridge("explain", "\(address.ip)", "--url", base)
            #expect(explained.status == 0 && explained.output.contains("Address \(address.reference.name)"), "\(explained)")
            let fresh = try await harness.drawbridge("explain", address.reference.name, "--policy", harness.policy)
            #expect(fresh.status == 0 && fresh.output.contains("admits it on tcp/5432 through sgr-"), "\(fresh)")
            for arguments in [["--url", base], ["--policy", harness.policy]] {
                let missing = try harness.launch(["explain", "\(address.reference.name)x"] + arguments)
                let ended = try await missing.ended()
                #expect(ended.status == 1 && ended.output.contains("address/\(address.reference.name)"), "\(ended)")
            }

            let history = try await harness.drawbridge("history", "--url", base)
            let lines = history.output.split(separator: "\n")
            #expect(history.status == 0 && lines.contains { $0.contains("\"kind\":\"RulesAuthorized\"") }, "\(history)")
            let bound = try #require(lines.first { $0.contains("StaticAddressBound") })
            let entry = try #require(try JSONSerialization.jsonObject(with: Data(bound.utf8)) as? [String: Any])
            #expect((entry["requestIDs"] as? [String])?.count == 2 && entry["replica"] as? String == "drawbridge-0")
        }
    }

    @Test func `the history outlives its process, in the cluster`() async throws {
        try await SandboxHarness.run { harness in
            let first = try harness.controller()
            try await harness.closes(of: first)
            first.send(SIGTERM)
            let ended = try await first.ended(within: .seconds(20))
            #expect(ended.status == 0, "\(ended)")
            let namespace = "default"
            let kept = try await harness.drawbridge("history", "--namespace", namespace)
            #expect(kept.status == 0 && kept.output.contains("StaticAddressBound"), "\(kept)")
            let second = try harness.controller(adding: ["POD_NAME": "drawbridge-1"])
            harness.box.step { world, now in _ = world.reserveAddress("egress-late", in: harness.scenario, now: now) }
            try await second.says("RulesAuthorized")
            second.send(SIGTERM)
            _ = try await second.ended(within: .seconds(20))
            let both = try await harness.drawbridge("history", "--namespace", namespace)
            let lines = both.output.split(separator: "\n")
            #expect(lines.contains { $0.contains("drawbridge-0") } && lines.contains { $0.contains("drawbridge-1") }, "\(both)")
            #expect(Set(lines).count == lines.count)
        }
    }

    @Test func `no controller is an error that says what to do`() async throws {
        try await SandboxHarness.run { harness in
            let nobody = try await harness.drawbridge("status", "--url", "http://127.0.0.1:1")
            #expect(nobody.status == 1 && nobody.errors.contains("is the controller there?"), "\(nobody)")
            let unclear = try await harness.drawbridge("status", "--url", "127.0.0.1:8080")
            #expect(unclear.status == 64, "\(unclear)")
        }
    }

    @Test func `of a replica that stands by and is asked by its URL, each command names the one that leads`() async throws {
        try await SandboxHarness.run { harness in
            let leader = try harness.controller("--listen", "127.0.0.1:0", adding: ["POD_NAME": "drawbridge-a"])
            let leading = try await leader.page()
            try await harness.closes(of: leader)
            let follower = try harness.controller("--listen", "127.0.0.1:0", adding: ["POD_NAME": "drawbridge-b"])
            let standby = try await follower.page()
            try await follower.says("standing by")
            let node = try #require(harness.world.pool(harness.scenario.pool).first).reference.name
            for command in [["status"], ["status", "--format", "json"], ["history"], ["explain", node]] {
                let warned = try await harness.launch(command + ["--url", standby]).ended()
                #expect(
                    warned.errors.contains("drawbridge-a leads") && warned.errors.contains("kubectl port-forward")
                        && warned.errors.contains("pod/drawbridge-a 8080"), "\(warned)")
                let well = try await harness.launch(command + ["--url", leading]).ended()
                #expect(well.status == 0 && well.errors.isEmpty && !well.output.isEmpty, "\(well)")
            }
        }
    }

    @Test(.enabled(if: Python.executable != nil, "\(Python.isMissing)"))
    func `through the API server's proxy the replica that leads is asked, whoever answers for the Service`() async throws {
        try await SandboxHarness.run { harness in
            let leader = try harness.controller("--listen", "127.0.0.1:0", adding: ["POD_NAME": "drawbridge-a"])
            let leading = try await leader.page()
            try await harness.closes(of: leader)
            let follower = try harness.controller("--listen", "127.0.0.1:0", adding: ["POD_NAME": "drawbridge-b"])
            let standby = try await follower.page()
            try await follower.says("standing by")
            let proxy = try APIServerProxy(
                pods: ["drawbridge-a": leading, "drawbridge-b": standby], service: standby, in: harness.directory)
            defer { proxy.end() }
            let environment = ["KUBECONFIG": proxy.kubeconfig]
            let status = try await harness.drawbridge("status", adding: environment)
            #expect(status.status == 0 && status.output.contains("drawbridge-a leads"), "\(status)")
            let node = try #require(harness.world.pool(harness.scenario.pool).first)
            let explained = try await harness.drawbridge("explain", node.reference.name, adding: environment)
            #expect(explained.status == 0 && explained.output.contains("Node \(node.reference.name)"), "\(explained)")
            let elsewhere = try await harness.drawbridge("status", "--service", "nothing", adding: environment)
            #expect(elsewhere.status == 1 && elsewhere.errors.contains("--service"), "\(elsewhere)")
        }
    }

    @Test func `with --require-token only who the cluster knows is told anything`() async throws {
        try await SandboxHarness.run { harness in
            let controller = try harness.controller("--listen", "127.0.0.1:0", "--require-token")
            let base = try await controller.page()
            try await harness.closes(of: controller)
            let refused = try await harness.drawbridge("status", "--url", base)
            #expect(refused.status == 1 && refused.errors.contains("401"), "\(refused)")
            let kubeconfig = try String(contentsOfFile: try #require(harness.environment["KUBECONFIG"]), encoding: .utf8)
            let token = try #require(
                kubeconfig.firstMatch(of: /token: *"?([^"\s}]+)/).map { String($0.output.1) }, "the kubeconfig has a token")
            let file = harness.directory.appendingPathComponent("token")
            try Data("\(token)\n".utf8).write(to: file)
            let admitted = try await harness.drawbridge("status", "--url", base, "--token-file", file.path)
            #expect(admitted.status == 0 && admitted.output.contains("leads"), "\(admitted)")
            try Data("not-a-token".utf8).write(to: file)
            let wrong = try await harness.drawbridge("status", "--url", base, "--token-file", file.path)
            #expect(wrong.status == 1 && !wrong.errors.contains("not-a-token"), "\(wrong)")
        }
    }

    @Test func `SIGTERM ends a controller that is being followed, at once`() async throws {
        try await SandboxHarness.run { harness in
            let controller = try harness.controller("--listen", "127.0.0.1:0")
            let base = try await controller.page()
            try await harness.closes(of: controller)
            let port = try #require(base.firstMatch(of: /:(\d+)\//).flatMap { UInt16($0.output.1) })
            let reader = try #require(Connection.to(port: port))
            reader.write("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let head = try #require(reader.readHead())
            #expect("\(head)".contains("text/event-stream"), "\(head)")
            controller.send(SIGTERM)
            let ended = try await controller.ended(within: .seconds(10))
            #expect(ended.status == 0 && !ended.bySignal, "\(ended)")
        }
    }
}
