/// How inputs that hold more than one text are cut: at lines of `%%%`.
enum FuzzInput {
    static func parts(_ input: [UInt8], atMost limit: Int) -> [[UInt8]] {
        var parts: [[UInt8]] = [[]]
        for line in input.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if line.elementsEqual("%%%".utf8), parts.count < limit {
                parts.append([])
            } else {
                if parts[parts.count - 1].isEmpty { parts[parts.count - 1] = Array(line) } else { parts[parts.count - 1] += [0x0A] + line }
            }
        }
        return parts
    }

    /// Whether the mark of a secret stands nowhere but where a secret stands, in these forms of a line.
    static func marksOnlySecrets(_ text: String, after prefixes: [String]) -> Bool {
        var sawOne = false
        for line in text.split(whereSeparator: \.isNewline) where line.contains(secretMark) {
            let rest = line.drop { $0 == " " }
            guard prefixes.contains(where: { rest == "\($0)\(secretMark)" }) else { return false }
            sawOne = true
        }
        return sawOne
    }
}
