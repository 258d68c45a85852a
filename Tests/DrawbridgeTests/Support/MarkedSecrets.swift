import Foundation
import Model
import Sandbox

/// What must stand in no output, in any form in which it could come to stand there.
struct MarkedSecrets {
    private var forms: Set<String> = []
    /// What only a secret looks like: access tokens, signed tokens, signatures, keys, session tokens.
    private static let looks = [
        "ya29\\.c\\.[0-9a-f]", "eyJ[A-Za-z0-9_-]{10}", "Signature=[0-9a-f]{8}", "Bearer [A-Za-z0-9._-]{8}", "PRIVATE KEY", "FwoGZXIvYXdzE",
    ]

    /// Takes a secret in: as it is, percent-encoded, in base 64, and the first and last sixteen characters of each, since errors are cut.
    mutating func add(_ secret: String) {
        precondition(secret.utf8.count >= 8, "too short to be looked for")
        let encoded = secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? secret
        for form in [secret, encoded, Data(secret.utf8).base64EncodedString()] {
            forms.insert(String(form.prefix(16)))
            forms.insert(String(form.suffix(16)))
        }
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
        for line in output.split(separator: "\n") {
            for form in forms where line.contains(form) { problems.append("\(form) stands in: \(line.prefix(500))") }
            for look in Self.looks where line.range(of: look, options: .regularExpression) != nil {
                problems.append("\(look) is in: \(line.prefix(500))")
            }
        }
        return problems
    }
}
