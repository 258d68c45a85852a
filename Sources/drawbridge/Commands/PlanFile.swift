import ArgumentParser
import Cryptography
import FoundationEssentials
import Planning
import PolicyFile
import Reporting

/// The file of a saved plan: written by `plan --out`, carried out by `apply --plan`.
enum PlanFile {
    static func hash(_ bytes: [UInt8]) -> String { hexadecimal(SHA256.digest(bytes)) }

    /// Writes the plans whole or not at all.
    static func write(_ plans: [Plan], madeOf policyFile: String, to path: String) throws {
        let saved = SavedPlan(plans, policyFile: try bytes(policyFile, limit: PolicyFile.maxBytes), hash: hash)
        do { try Data(saved.json(hash: hash).utf8).write(to: URL(filePath: path), options: .atomic) } catch {
            Console.error("\(path) can't be written: \(error)")
            throw ExitCode(1)
        }
    }

    /// - Returns: the saved plan, should the world still be the one that it was computed from; otherwise says what has changed, and ends
    ///   with status 1.
    static func read(_ path: String, for plans: [Plan], madeOf policyFile: String) throws -> SavedPlan {
        let saved: SavedPlan
        let text = String(decoding: try bytes(path, limit: SavedPlan.sizeLimit), as: UTF8.self)
        do throws(SavedPlan.Failure) { saved = try SavedPlan(json: text, hash: hash) } catch {
            Console.error("\(path) is not carried out: \(error)")
            throw ExitCode(1)
        }
        let obstacles = saved.obstacles(plans, policyFile: try bytes(policyFile, limit: PolicyFile.maxBytes), hash: hash)
        guard obstacles.isEmpty else {
            let more = obstacles.count > shown ? ["and \(obstacles.count - shown) more"] : []
            Console.error(
                "\(path) is not carried out, nothing was written: the world is not what it was computed from\n"
                    + (obstacles.prefix(shown) + more).map { "  ! \($0)\n" }.joined()
                    + "Look at a new plan: drawbridge plan --policy \(policyFile) --out \(path)")
            throw ExitCode(1)
        }
        return saved
    }

    private static let shown = 20

    private static func bytes(_ path: String, limit: Int) throws -> [UInt8] {
        do throws(PolicyFileErrors) { return try PolicyFile.bytes(path: path, limit: limit) } catch {
            Console.error("\(error)")
            throw ExitCode(1)
        }
    }
}
