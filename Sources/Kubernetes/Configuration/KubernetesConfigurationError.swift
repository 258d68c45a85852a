/// Why it is not known how to reach the API server. The text names the file and the key, says what was found, and what to do; it
/// holds no secret.
package struct KubernetesConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// File and key, or the environment variable.
    package var place: String
    package var problem: String
    package var remedy: String

    package init(_ place: String, _ problem: String, remedy: String) {
        self.place = Self.shown(place)
        self.problem = Self.shown(problem)
        self.remedy = Self.shown(remedy)
    }

    /// Names and paths of a file as a terminal can be shown them: bounded, and without what it acts on.
    private static func shown(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(600).map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: " "
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// `/home/me/.kube/config:7:5, cluster "prod", server: is no URL (…); write https://HOST:PORT`
    package var description: String { "\(place): \(problem); \(remedy)" }
}
