import Foundation
import GCP
import Testing

@Suite struct PermissionsTests {
    @Test func `the custom role grants what the client uses, and nothing else`() throws {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("policies/gcp-role.yaml"), encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        let start = try #require(lines.firstIndex(of: "includedPermissions:"))
        let granted = lines[(start + 1)...].map { $0.hasPrefix("- ") ? String($0.dropFirst(2)) : "unexpected line: \($0)" }
        #expect(granted == ComputeMethod.allPermissions)
    }

    @Test func `every method needs a permission`() {
        for method in ComputeMethod.allCases { #expect(!method.permissions.isEmpty, "\(method.rawValue)") }
    }
}
