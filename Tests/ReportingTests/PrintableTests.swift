import Reporting
import Testing

@Suite struct `Text of others` {
    @Test(arguments: [
        ("plain, with \"quotes\" and \\", "plain, with \"quotes\" and \\"), ("größe 数", "größe 数"),
        ("a\nb\r\nc\td", "a\\u{A}b\\u{D}\\u{A}c\\u{9}d"),
        ("\u{1B}[2J", "\\u{1B}[2J"), ("\u{9B}2J", "\\u{9B}2J"), ("\u{7F}", "\\u{7F}"), ("a\u{202E}b", "a\\u{202E}b"),
        ("\u{2066}", "\\u{2066}"),
        ("a\u{200B}b", "a\\u{200B}b"), ("\u{2028}", "\\u{2028}"), ("a\u{A0}b", "a\\u{A0}b"), ("\u{FEFF}", "\\u{FEFF}"),
        ("\u{3164}", "\\u{3164}"),
        ("z\u{335}\u{20DD}", "z\\u{335}\\u{20DD}"), ("\u{E0041}", "\\u{E0041}"), ("\u{E000}", "\\u{E000}"), ("", ""),
    ])
    func `is shown on one line, with nothing hidden`(text: String, shown: String) { #expect(Printable.line(text) == shown) }

    @Test func `is bounded`() {
        #expect(Printable.line(String(repeating: "x", count: 2000)).count == 2000)
        #expect(Printable.line(String(repeating: "x", count: 1_000_000)) == String(repeating: "x", count: 2000) + "…")
    }

    @Test func `can't end a line of a plan or move its columns`() {
        let line = PlanLine(.remove, ["192.0.2.1/32\n+ 0.0.0.0/0", "\u{8}\u{8}"], "a\u{2029}b")
        #expect(line.columns == ["192.0.2.1/32\\u{A}+ 0.0.0.0/0", "\\u{8}\\u{8}"])
        #expect(line.reason == "a\\u{2029}b")
    }
}
