import Foundation
import Model
import Peers
import Sandbox
import Testing

/// The page of a running controller, in a browser.
@Suite(.serialized) struct StatusPageBrowserTests {
    @Test(.enabled(if: Browser.isThere, "\(Browser.isMissing)"))
    func `the page shows what is there, changes by itself, says nothing on the console, asks nobody else, and bars nobody`() async throws {
        try await SandboxHarness.run { harness in
            let controller = try harness.controller("--listen", "127.0.0.1:0", "--interval", "1s")
            let base = try await controller.page()
            try await harness.closes(of: controller)
            let shots = ProcessInfo.processInfo.environment["DRAWBRIDGE_TEST_SCREENSHOTS"] ?? harness.directory.path
            let python = try #require(Python.executable)
            let visitor = try Launched(
                python, ["-c", Browser.program, base, "egress-late", shots],
                environment: ["PATH": "/usr/bin:/bin", "HOME": harness.directory.path], directory: harness.directory)
            try await visitor.says("ready")
            harness.box.step { world, now in _ = world.reserveAddress("egress-late", in: harness.scenario, now: now) }
            let ended = try await visitor.ended(within: .seconds(180))
            #expect(ended.status == 0, "\(ended)")
            let visit = try JSONDecoder().decode(Browser.Visit.self, from: Data(ended.output.utf8))
            let world = harness.world
            #expect(visit.live == "● Live")
            #expect(visit.rows["addresses-0"] == world.reserved(harness.scenario).count - 1, "\(visit.rows)")
            #expect(visit.rows["nodes-0"] == world.pool(harness.scenario.pool).count)
            #expect((visit.rows["group-0-0"] ?? 0) >= world.reserved(harness.scenario).count - 1)
            #expect(visit.sawChange && !visit.wasReloaded && visit.focusStayed)
            #expect(visit.tabStops.first == "Skip to the content" && visit.tabStops.count == 3, "\(visit.tabStops)")
            #expect(visit.explanation.contains("It belongs to the reserved set of orders-db"))
            #expect(visit.withoutScript > 10, "whole without its script")
            #expect(visit.looks.count == 5)
            for look in visit.looks {
                #expect(look.violations == [], "\(look.name)")
                #expect(look.overflow <= 0, "\(look.name) is wider than the window")
            }
            #expect(visit.console == [])
            #expect(visit.origins == [base.hasSuffix("/") ? String(base.dropLast()) : base])
        }
    }
}

extension Launched {
    /// The URL of a controller's page, once it is served.
    func page() async throws -> String {
        let line = try await says("serving /healthz")
        let address = try #require(line.firstMatch(of: #/127\.0\.0\.1:[1-9]\d*/#).map { String($0.output) }, "\(line)")
        return "http://\(address)/"
    }
}
