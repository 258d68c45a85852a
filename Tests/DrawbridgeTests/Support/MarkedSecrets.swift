import Foundation
import Model
import Sandbox

/// What must stand in no output, in any form in which it could come to stand there.
struct MarkedSecrets {
    private var forms: Set<String> = []
    /// Eight bytes each, as hexadecimal digits without spaces.
    private var hexWindows: Set<String> = []
    /// What only a secret looks like: access tokens, signed tokens, signatures, keys, session tokens.
    private static let looks = [
        "ya29\\.c\\.[0-9a-f]", "eyJ[A-Za-z0-9_-]{10}", "Signature=[0-9a-f]{8}", "Bearer [A-Za-z0-9._/+=-]{8}", "PRIVATE KEY",
        "FwoGZXIvYXdzE", "Basic [A-Za-z0-9+/=]{12}",
    ]

    /// Takes a secret in: as it is; percent-encoded with either case; in base 64 of both alphabets, wherever in a longer text it
    /// begins; escaped as in JSON and XML; in hexadecimal digits; and the first and last sixteen characters of each, since errors are cut.
    mutating func add(_ secret: String) {
        precondition(secret.utf8.count >= 8, "too short to be looked for")
        for form in Self.forms(of: secret) {
            forms.insert(String(form.prefix(16)))
            forms.insert(String(form.suffix(16)))
        }
    }

    /// Takes in what nothing else looks like: as above, and any eight bytes of it in a row, as memory or a register shows them.
    mutating func add(random mark: String) {
        add(mark)
        let bytes = Array(mark.utf8)
        for start in 0...(bytes.count - 8) {
            let window = bytes[start..<(start + 8)]
            hexWindows.insert(Self.hex(window))
            hexWindows.insert(Self.hex(window.reversed()))
        }
    }

    private static func forms(of secret: String) -> Set<String> {
        let encoded = secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? secret
        // What a form leaves as it is. Source: RFC 3986, section 2.3.
        let unreserved = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
        let form = secret.addingPercentEncoding(withAllowedCharacters: unreserved) ?? secret
        let json = secret.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
        let slashes = json.replacingOccurrences(of: "/", with: "\\/")
        let unicode = ["/", "+", "="].reduce(json) { text, mark in
            text.replacingOccurrences(of: mark, with: "\\u00" + hex(mark.utf8))
        }
        let xml = secret.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
        var all: Set<String> = [
            secret, encoded, form, json, slashes, unicode, unicode.replacingOccurrences(of: "\\u002B", with: "\\u002b"), xml,
            hex(secret.utf8), hex(secret.utf8).uppercased(),
        ]
        for text in [encoded, form] {
            all.insert(text.replacing(/%[0-9A-F]{2}/) { $0.output.lowercased() })
        }
        for skipped in 0..<3 {
            // Whole groups of three bytes only: the others depend on what stands beside.
            let bytes = secret.utf8.dropFirst(skipped)
            let base64 = Data(bytes.prefix(bytes.count / 3 * 3)).base64EncodedString()
            all.insert(base64)
            all.insert(base64.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_"))
        }
        return all
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The world's own, those given out meanwhile included.
    mutating func add(_ world: World, _ scenario: SandboxScenario) {
        add(scenario.secretAccessKey.exposed)
        add(scenario.kubernetesToken.exposed)
        for credential in world.aws.credentials.values {
            add(credential.secret.exposed)
            if let token = credential.sessionToken { add(token.exposed) }
        }
    }

    /// Each one that an output has, with the line that it stands in.
    func found(in output: String) -> [String] {
        var problems: [String] = []
        for line in output.split(whereSeparator: \.isNewline) {
            for form in forms where line.contains(form) { problems.append("\(form) stands in: \(line.prefix(500))") }
            for look in Self.looks where line.range(of: look, options: .regularExpression) != nil {
                problems.append("\(look) is in: \(line.prefix(500))")
            }
            guard !hexWindows.isEmpty else { continue }
            for run in Self.hexRuns(of: line) {
                for window in Self.windows(of: run) where hexWindows.contains(window) {
                    problems.append("\(window) is in: \(line.prefix(500))")
                }
            }
        }
        return problems
    }

    /// The line's runs of at least sixteen hexadecimal digits, whatever spaces stand between its bytes.
    private static func hexRuns(of line: Substring) -> [[UInt8]] {
        var runs: [[UInt8]] = [[]]
        for word in line.utf8.split(separator: UInt8(ascii: " ")) {
            var digits = Array(word)
            if digits.starts(with: "0x".utf8) { digits.removeFirst(2) }
            if digits.count % 2 == 0, digits.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x66) }) {
                runs[runs.count - 1] += digits.map { $0 | 0x20 }
            } else {
                runs.append([])
            }
        }
        return runs.filter { $0.count >= 16 }
    }

    private static func windows(of run: [UInt8]) -> [String] {
        stride(from: 0, through: run.count - 16, by: 2).map { String(decoding: run[$0..<($0 + 16)], as: UTF8.self) }
    }
}
