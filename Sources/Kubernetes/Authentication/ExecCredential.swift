internal import HTTP
internal import Model

/// What a plugin answers. Source: client.authentication.k8s.io/v1, ExecCredential and ExecCredentialStatus.
struct ExecCredential: Sendable {
    var token: Secret?
    var clientCertificate: HTTPClientConfiguration.ClientCertificate?
    /// `nil`: good until the server answers 401.
    var expiresAt: Timestamp?

    private struct Wire: Decodable {
        struct Status: Decodable {
            var expirationTimestamp: String?
            var token: String?
            var clientCertificateData: String?
            var clientKeyData: String?
        }

        var kind: String?
        var apiVersion: String?
        var status: Status?
    }

    /// Why the answer can't be used; holds nothing of it but names.
    struct Invalid: Error, Hashable { var problem: String }

    init(_ output: [UInt8], version: ExecPlugin.Version) throws(Invalid) {
        let wire: Wire
        do { wire = try UnreadableJSON.decode(Wire.self, from: output) } catch {
            throw Invalid(problem: "its output is no ExecCredential: \(error.message)")
        }
        guard wire.kind == nil || wire.kind == "ExecCredential" else {
            throw Invalid(problem: "its output is of another kind than ExecCredential")
        }
        guard wire.apiVersion == version.rawValue else {
            throw Invalid(
                problem: "it answers in apiVersion \"\((wire.apiVersion ?? "").prefix(60))\", where \(version.rawValue) was asked for")
        }
        guard let status = wire.status else { throw Invalid(problem: "its output has no status") }
        token = status.token.flatMap { $0.isEmpty ? nil : Secret($0) }
        switch (status.clientCertificateData.flatMap { $0.isEmpty ? nil : $0 }, status.clientKeyData.flatMap { $0.isEmpty ? nil : $0 })
        {
        case (let certificate?, let key?):
            clientCertificate = HTTPClientConfiguration.ClientCertificate(
                certificate: Array(certificate.utf8), privateKey: Array(key.utf8))
        case (nil, nil):
            guard token != nil else { throw Invalid(problem: "its output holds neither a token nor a client certificate") }
        default: throw Invalid(problem: "its output holds one of clientCertificateData and clientKeyData without the other")
        }
        if let text = status.expirationTimestamp, !text.isEmpty {
            guard let time = Timestamp(rfc3339: text) else { throw Invalid(problem: "its expirationTimestamp is not RFC 3339") }
            expiresAt = time
        }
    }
}
