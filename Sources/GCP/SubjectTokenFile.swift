import Cryptography
import Model

/// A file that something else keeps writing, such as a projected service-account token.
struct SubjectTokenFile: SubjectTokenSource {
    let path: String
    let format: SubjectTokenFormat
    /// The credential file that names it.
    let owner: String

    var place: String { "the file \(path)" }

    func token() throws(APIError) -> Secret {
        var bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(path, limit: SubjectTokenFormat.byteLimit)
        } catch {
            throw self.error("unreadable-file", "it can't be read: \(error.reason); see whether what writes it runs")
        }
        defer { SecretBytes.wipe(&bytes) }
        guard let token = format.token(in: bytes) else { throw error("malformed-file", "there is no token in it: \(format.description)") }
        return token
    }

    private func error(_ code: String, _ message: String) -> APIError {
        APIError(
            api: .credentials, operation: "read", resource: "\(path), the credential_source of \(owner)", code: code, message: message,
            disposition: .permanent)
    }
}
