import Peers
import Testing
import YAML

@Suite struct `Mutated YAML` {
    private static let seeds = [
        "a: &x {k: [1, 2], l: !!str 3}\nb: *x\nc: |\n  text\n  more\n---\n- 'q\n  r'\n- \"\\u00e9\\x41\"\n- ? k\n  : v\n...\n",
        "%YAML 1.2\n---\napiVersion: v1\nclusters:\n- cluster: {server: https://h:1}\n  name: é # comment\nlist: [~, true, 0x1f, >-\n  folded]\n",
    ]
    private static let fragments = [
        "\t", ":", "- ", "&x ", "*x", "!!int ", "{", "]", "'", "\"", "\\", "|\n", "\u{0}", "é", "\r", "---\n", "? ", "%",
        "\u{FEFF}",
    ]

    @Test(arguments: UInt64(1)...8)
    func `is read or refused with a place, never worse`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for round in 0..<1500 {
            var bytes = Array(Self.seeds[round % Self.seeds.count].utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 5))
                case 2: bytes.insert(contentsOf: Self.fragments.randomElement(using: &random)!.utf8, at: place)
                default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 20)], at: place)
                }
                if bytes.isEmpty { break }
            }
            do throws(YAMLError) {
                let documents = try YAML.parse(bytes, limits: YAMLLimits(maxNodes: 1000, aliases: .expanded))
                #expect(documents.allSatisfy { $0.mark.line > 0 && $0.mark.column > 0 }, "seed \(seed), round \(round)")
            } catch {
                let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 3
                #expect(error.line > 0 && error.column > 0, "seed \(seed), round \(round): \(error)")
                #expect(error.line <= lines + bytes.count && !error.found.isEmpty, "seed \(seed), round \(round): \(error)")
            }
        }
    }
}
