/// A look at PEM text, so that a mix-up of files is told before any handshake fails.
enum PEM {
    enum Kind: String {
        case certificate = "a PEM certificate"
        case privateKey = "a PEM private key"
    }

    static func check(_ bytes: [UInt8], holds kind: Kind, place: String, remedy: String) throws(KubernetesConfigurationError) {
        let text = String(decoding: bytes, as: UTF8.self)
        let begins = text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("-----BEGIN ") }
        let holds =
            switch kind {
            case .certificate:
                begins.contains { $0.hasPrefix("-----BEGIN CERTIFICATE-----") || $0.hasPrefix("-----BEGIN TRUSTED CERTIFICATE-----") }
            case .privateKey: begins.contains { $0.hasSuffix("PRIVATE KEY-----") || $0.contains("PRIVATE KEY-----") }
            }
        guard holds else { throw KubernetesConfigurationError(place, "holds no \(kind.rawValue.dropFirst(2))", remedy: remedy) }
    }
}
