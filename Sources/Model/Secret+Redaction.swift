extension Secret {
    /// What stands in a secret's place.
    package static let redaction = "<redacted>"

    /// Takes the secret out of a text that came from elsewhere: as it is, and as it stands in forms and URLs, in JSON and in XML. Servers
    /// and proxies repeat what they were sent, in whichever of these they got it.
    package func redacted(in text: String) -> String {
        isEmpty ? text : forms.reduce(text) { $0.replacing($1, with: Self.redaction) }
    }

    /// The longest first: a shorter one may be a part of it.
    private var forms: [String] {
        let json = exposed.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let xml = exposed.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        let encoded = exposed.percentEncoded(lowercase: false)
        let all: Set<String> = [
            exposed, encoded, exposed.percentEncoded(lowercase: true),
            encoded.replacing("%20", with: "+"), json, json.replacing("/", with: "\\/"), xml,
        ]
        return all.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }
}
