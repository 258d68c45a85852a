import Foundation
import Peers

/// The `terraform` on PATH, and a mirror of providers: the one that `DRAWBRIDGE_TEST_TERRAFORM_PLUGINS` names, else `/opt/tf-plugins`, else
/// Terraform looks where it always does.
enum Terraform {
    static let executable: URL? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").map { URL(fileURLWithPath: String($0)).appendingPathComponent("terraform") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()
    static let isMissing = "there is no terraform on PATH: the modules are not validated"
    static let providerIsMissing = "terraform can't have the AWS provider: give a mirror by DRAWBRIDGE_TEST_TERRAFORM_PLUGINS"

    static let plugins: String? = {
        let named = ProcessInfo.processInfo.environment["DRAWBRIDGE_TEST_TERRAFORM_PLUGINS"].flatMap { $0.isEmpty ? nil : $0 }
        return named ?? (FileManager.default.fileExists(atPath: "/opt/tf-plugins") ? "/opt/tf-plugins" : nil)
    }()

    /// Whether `terraform init` of the AWS module can succeed. Asked once.
    static let hasProvider: Bool = {
        guard let executable, let folder = try? copy("aws") else { return false }
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = executable
        process.arguments = initialize
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path]
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    static var initialize: [String] { ["init", "-input=false", "-no-color"] + (plugins.map { ["-plugin-dir=\($0)"] } ?? []) }

    /// A module in a directory of its own, for what terraform leaves beside it.
    static func copy(_ module: String) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("terraform-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: Repository.file("policies/terraform/\(module)"), to: folder)
        return folder
    }

    static func run(_ arguments: [String], in folder: URL) async throws -> PeerScript.Outcome {
        guard let executable else { throw CocoaError(.fileNoSuchFile) }
        return try await PeerScript.run(executable, arguments, input: Data(), in: folder)
    }
}
