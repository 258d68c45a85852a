import Model
import Testing

@Suite struct SecretTests {
    private static let secret = Secret(#"1//0g/AbC+d=e"f&g \h"#)

    @Test(arguments: [
        #"1//0g/AbC+d=e"f&g \h"#, "1%2F%2F0g%2FAbC%2Bd%3De%22f%26g%20%5Ch", "1%2f%2f0g%2fAbC%2bd%3de%22f%26g%20%5ch",
        "1%2F%2F0g%2FAbC%2Bd%3De%22f%26g+%5Ch", #"1//0g/AbC+d=e\"f&g \\h"#, #"1\/\/0g\/AbC+d=e\"f&g \\h"#,
        #"1//0g/AbC+d=e"f&amp;g \h"#,
    ])
    func `is taken out of what a server repeats, in each form in which it may come`(form: String) {
        #expect(Self.secret.redacted(in: "refused: token=\(form), sorry") == "refused: token=<redacted>, sorry")
    }

    @Test func `an empty one takes out nothing`() {
        #expect(Secret("").redacted(in: "as it was") == "as it was")
    }

    @Test(arguments: [
        ("https://user:pass@host/path", "…host/path"), ("user:p@ss@host", "…host"), ("https://host", "https://host"), ("", ""),
    ])
    func `a setting is shown without its user`(setting: String, shown: String) {
        #expect(setting.withoutUser == shown)
    }
}
