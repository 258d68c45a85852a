import Model
import Peers
import PolicyFile
import Testing

@Suite struct `Mutated policy files` {
    private static let fragments = [
        "null", "[]", "{}", "- ", ": ", "0", "-1", "\"\"", "true", "99999999999999999999", "sg-", "10.0.0.0/8", "\t", "\n", "  ",
        "In", "---\n",
        "\u{0}", "é", "{a: b}", "[x, x]", "65535", "tcp", "group", "15m", "1h",
    ]

    /// Swaps lines, doubles them, drops them, and replaces values and bytes.
    private func mutate(_ original: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var lines = original.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let place = Int.random(in: 0..<lines.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: lines.swapAt(place, Int.random(in: 0..<lines.count, using: &random))
            case 1: lines.insert(lines[place], at: Int.random(in: 0...lines.count, using: &random))
            case 2 where lines.count > 1: lines.remove(at: place)
            case 3:
                let colon = lines[place].lastIndex(of: 0x3A) ?? lines[place].count
                lines[place] = lines[place].prefix(colon) + Array(": \(Self.fragments.randomElement(using: &random)!)".utf8)
            case 4:
                let column = Int.random(in: 0...lines[place].count, using: &random)
                lines[place].insert(contentsOf: Self.fragments.randomElement(using: &random)!.utf8, at: column)
            default:
                if !lines[place].isEmpty {
                    lines[place][Int.random(in: 0..<lines[place].count, using: &random)] = UInt8.random(
                        in: 0...255, using: &random)
                }
            }
        }
        return Array(lines.joined(separator: [0x0A]))
    }

    @Test(arguments: UInt64(1)...8)
    func `validate or say where they don't, never worse`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let originals = try ["whitelist-example.yaml", "whitelist-minimal.yaml", "whitelist-cloud-nat.yaml"]
            .map { try Golden.bytes($0, in: Golden.policies) }
        var valid = 0
        for round in 0..<600 {
            let bytes = mutate(originals[round % originals.count], &random)
            do throws(PolicyFileErrors) {
                let policies = try PolicyFile.parse(bytes, name: "f")
                valid += 1
                #expect(!policies.isEmpty && policies.allSatisfy { !$0.securityGroups.isEmpty && !$0.addresses.labels.isEmpty })
            } catch {
                #expect((1...100).contains(error.errors.count), "seed \(seed), round \(round)")
                for each in error.errors {
                    #expect(
                        each.line > 0 && each.column > 0 && each.message.contains(", expected "),
                        "seed \(seed), round \(round): \(each)")
                }
                #expect("\(error)".utf8.count < 100_000)
            }
        }
        #expect(valid > 0 && valid < 600, "both outcomes occur")
    }
}
