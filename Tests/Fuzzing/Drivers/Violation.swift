import Model

/// What must hold and doesn't.
struct Violation: Error, CustomStringConvertible {
    var description: String
}

func require(_ holds: Bool, _ message: @autoclosure () -> String) throws {
    if !holds { throw Violation(description: message()) }
}

extension APIError {
    /// What holds of every error of a client, whatever a server sends.
    func check(secrets: [String] = []) throws {
        let bytes = description.utf8.count
        try require(bytes <= 8 << 10, "an error of \(bytes) bytes: \(operation) \(code.prefix(40))")
        for secret in secrets { try require(!message.contains(secret), "an error's message holds a secret: \(self)") }
        if case .retry(let delay?) = disposition {
            try require(delay >= .zero && delay <= .seconds(3600), "to be repeated after \(delay)")
        }
        try require(!code.isEmpty, "an error without a code: \(self)")
    }
}

/// Whether a text can be written to a terminal as it is.
///
/// - Parameter lines: whether it may have several.
func checkPrintable(_ text: String, lines: Bool = false) throws {
    for scalar in text.unicodeScalars where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
        if lines && scalar == "\n" { continue }
        throw Violation(description: "the control character \(scalar.value) in \(text.debugDescription)")
    }
}

/// A secret as the seeds write it.
let secretMark = "s3cr3tM4rk"
