import Cryptography
import Model

/// A request signed with Signature Version 4, taken apart and checked as the receiver does.
///
/// Written without the client's signer, so that a mistake can't stand on both sides.
/// Source: IAM User Guide, "Create a signed AWS API request"; error codes and messages as EC2 and STS answer them.
struct SignedRequest: Sendable {
    let accessKeyID: String
    let date: String
    let region: String
    let service: String
    let time: Timestamp
    private let amzDate: String
    private let signedHeaders: [String]
    private let signature: String

    /// Takes the `Authorization` header apart.
    init(_ request: WireRequest) throws(AWSError) {
        guard let header = request.header("Authorization") else {
            throw AWSError("MissingAuthenticationToken", "Request is missing Authentication Token", status: 403)
        }
        let algorithm = "AWS4-HMAC-SHA256"
        guard header.hasPrefix(algorithm + " ") else {
            throw AWSError("IncompleteSignature", "Unsupported AWS 'algorithm' in the Authorization header.")
        }
        var parts: [String: String] = [:]
        for part in header.dropFirst(algorithm.count).split(separator: ",") {
            let trimmed = part.drop { $0 == " " }
            guard let equals = trimmed.firstIndex(of: "=") else { continue }
            parts[String(trimmed[..<equals])] = String(trimmed[trimmed.index(after: equals)...])
        }
        let scope = (parts["Credential"] ?? "").split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard scope.count == 5, scope[4] == "aws4_request", let names = parts["SignedHeaders"], let signature = parts["Signature"],
            let amzDate = request.header("X-Amz-Date"), let time = Self.time(amzDate), amzDate.hasPrefix(scope[1])
        else {
            throw AWSError("IncompleteSignature", "Authorization header requires 'Credential', 'SignedHeaders', 'Signature' and X-Amz-Date.")
        }
        (accessKeyID, date, region, service) = (scope[0], scope[1], scope[2], scope[3])
        self.time = time
        self.amzDate = amzDate
        signedHeaders = names.split(separator: ";").map(String.init)
        self.signature = signature
    }

    /// Whose request it is; throws what the service answers when it is no one's.
    func verify(
        _ request: WireRequest, identity: AWSIdentity, service wanted: String, unknownKeyCode: AWSError, now: Timestamp
    ) throws(AWSError) -> AWSIdentity.Credential {
        guard let credential = identity.credentials[accessKeyID] else { throw unknownKeyCode }
        let skew = now - time
        guard skew <= identity.clockSkew, skew >= .zero - identity.clockSkew else {
            throw wanted == "sts"
                ? AWSError(
                    "SignatureDoesNotMatch", "Signature expired: \(amzDate) is now earlier or later than \(now.rfc3339) allows.", status: 403)
                : AWSError(
                    "RequestExpired", "Request has expired. Timestamp date is \(time.rfc3339). Current date is \(now.rfc3339).")
        }
        guard service == wanted else {
            throw AWSError("SignatureDoesNotMatch", "Credential should be scoped to correct service: '\(wanted)'.", status: 403)
        }
        guard signedHeaders.contains("host"), signedHeaders == signedHeaders.sorted() else {
            throw AWSError("SignatureDoesNotMatch", "'Host' must be a 'SignedHeader' in the AWS Authorization.", status: 403)
        }
        if let token = credential.sessionToken {
            guard let given = request.header("X-Amz-Security-Token"), ConstantTime.equal(given, token.exposed),
                signedHeaders.contains("x-amz-security-token")
            else { throw unknownKeyCode }
        }
        guard ConstantTime.equal(expected(request, credential.secret), signature) else { throw Self.mismatch }
        if let end = credential.expiresAt, end <= now {
            throw AWSError(wanted == "sts" ? "ExpiredToken" : "RequestExpired", "The security token included in the request is expired",
                status: wanted == "sts" ? 403 : 400)
        }
        return credential
    }

    private static let mismatch = AWSError(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing "
            + "method. Consult the service documentation for details.", status: 403)

    private func expected(_ request: WireRequest, _ secret: Secret) -> String {
        let scope = "\(date)/\(region)/\(service)/aws4_request"
        let toSign =
            "AWS4-HMAC-SHA256\n\(amzDate)\n\(scope)\n" + hexadecimal(SHA256.digest(Array(canonical(request).utf8)))
        var key = Array(("AWS4" + secret.exposed).utf8)
        for part in [date, region, service, "aws4_request"] { key = HMAC.sha256(key: key, message: Array(part.utf8)) }
        return hexadecimal(HMAC.sha256(key: key, message: Array(toSign.utf8)))
    }

    private func canonical(_ request: WireRequest) -> String {
        let path = request.path.isEmpty ? "/" : request.path
        let pairs = request.parameters.pairs.map { (Self.encode($0.name), Self.encode($0.value)) }
        let query = pairs.sorted { $0 < $1 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
        let headers = signedHeaders.map { name in
            let values = request.headers.filter { $0.name.lowercased() == name }.map { Self.collapse($0.value) }
            return "\(name):\(values.joined(separator: ","))\n"
        }
        return [
            request.method, path, query, headers.joined(), signedHeaders.joined(separator: ";"),
            hexadecimal(SHA256.digest(request.body)),
        ].joined(separator: "\n")
    }

    private static func encode(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + hexadecimal([byte]).uppercased()
            }
        }
        return result
    }

    private static func collapse(_ text: String) -> String { text.split(separator: " ").joined(separator: " ") }

    /// `20260102T030405Z`.
    private static func time(_ text: String) -> Timestamp? {
        let c = Array(text)
        guard c.count == 16, c[8] == "T", c[15] == "Z" else { return nil }
        return Timestamp(
            rfc3339: String(c[0..<4]) + "-" + String(c[4..<6]) + "-" + String(c[6..<8]) + "T" + String(c[9..<11]) + ":"
                + String(c[11..<13]) + ":" + String(c[13..<15]) + "Z")
    }
}
