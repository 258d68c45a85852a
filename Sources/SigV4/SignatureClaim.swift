/// What a request says of its own signature, in its header or its query; read, and not yet believed.
///
/// Source: AWS, "Elements of an AWS API request signature" and "Create a signed AWS API request", step 6.
struct SignatureClaim: Sendable, Hashable {
    private static let maximumHeaderBytes = 8192
    private static let maximumSignedHeaders = 100

    var accessKeyID: String
    var scope: CredentialScope
    var time: SigningTime
    var signedHeaders: Set<String>
    var signature: String
    var token: String?
    /// How long a presigned request holds; nil for one signed in a header.
    var expiresSeconds: Int64?
    /// The query without the signature itself.
    var query: String

    /// Reads whichever of the two forms the request has.
    init(_ request: SigV4Request) throws(SigV4Failure) {
        let inQuery = try SignatureClaim.parameters(of: request.query)
        let authorizations = request.values("Authorization")
        let isPresigned = inQuery["X-Amz-Signature"] != nil || inQuery["X-Amz-Algorithm"] != nil
        switch (authorizations.count, isPresigned) {
        case (0, false): throw .missing
        case (0, true): try self.init(query: inQuery, of: request)
        case (1, false): try self.init(authorization: authorizations[0], of: request)
        case (1, true): throw .malformed("both an Authorization header and X-Amz- parameters of a signature")
        default: throw .malformed("more than one Authorization header")
        }
        try checkSignedHeaders(of: request)
    }

    private init(authorization: String, of request: SigV4Request) throws(SigV4Failure) {
        guard authorization.utf8.count <= SignatureClaim.maximumHeaderBytes else {
            throw .malformed("the Authorization header is too long")
        }
        guard authorization.hasPrefix("\(StringToSign.algorithm) ") else {
            throw .malformed("the algorithm is not \(StringToSign.algorithm)")
        }
        var parts: [String: String] = [:]
        for part in authorization.dropFirst(StringToSign.algorithm.count + 1).split(separator: ",") {
            let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, parts.updateValue(SignatureClaim.trimmed(pair[1]), forKey: String(pair[0])) == nil else {
                throw .malformed("the Authorization header is not a list of Credential, SignedHeaders and Signature")
            }
        }
        func part(_ name: String) throws(SigV4Failure) -> String {
            guard let value = parts[name], !value.isEmpty else { throw .malformed("the Authorization header lacks \(name)") }
            return value
        }
        let dates = request.values("X-Amz-Date")
        guard dates.count == 1 else { throw .malformed("there must be one X-Amz-Date header") }
        let tokens = request.values("X-Amz-Security-Token")
        guard tokens.count <= 1 else { throw .malformed("more than one X-Amz-Security-Token header") }
        try self.init(
            credential: part("Credential"), date: dates[0], signedHeaders: part("SignedHeaders"), signature: part("Signature"))
        token = tokens.first
        query = request.query
    }

    private init(query parameters: [String: String], of request: SigV4Request) throws(SigV4Failure) {
        func parameter(_ name: String) throws(SigV4Failure) -> String {
            guard let value = parameters[name], !value.isEmpty else { throw .malformed("the query lacks \(name)") }
            return value
        }
        guard try parameter("X-Amz-Algorithm") == StringToSign.algorithm else {
            throw .malformed("the algorithm is not \(StringToSign.algorithm)")
        }
        guard let expires = Int64(try parameter("X-Amz-Expires")), (1...604_800).contains(expires) else {
            throw .malformed("X-Amz-Expires is not between 1 and 604800 seconds")
        }
        try self.init(
            credential: parameter("X-Amz-Credential"), date: parameter("X-Amz-Date"),
            signedHeaders: parameter("X-Amz-SignedHeaders"), signature: parameter("X-Amz-Signature"))
        token = parameters["X-Amz-Security-Token"]
        expiresSeconds = expires
        query = request.query.split(separator: "&", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("X-Amz-Signature=") }.joined(separator: "&")
    }

    private init(credential: String, date: String, signedHeaders: String, signature: String) throws(SigV4Failure) {
        let parts = credential.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count == 5, !parts.contains(""), parts[4] == CredentialScope.terminator else {
            throw .malformed("the credential is not KEY/DATE/REGION/SERVICE/\(CredentialScope.terminator)")
        }
        guard let time = SigningTime(stamp: date) else { throw .malformed("the date is not YYYYMMDDTHHMMSSZ") }
        guard signature.utf8.count == 64, signature.utf8.allSatisfy(SignatureClaim.isLowerHexadecimal) else {
            throw .malformed("the signature is not 64 lower-case hexadecimal digits")
        }
        let names = signedHeaders.split(separator: ";", omittingEmptySubsequences: false).map { String($0) }
        guard names.count <= SignatureClaim.maximumSignedHeaders, !names.contains(""), Set(names).count == names.count,
            names.allSatisfy({ $0 == $0.lowercased() })
        else { throw .malformed("the signed headers are not a list of lower-case names") }
        accessKeyID = parts[0]
        scope = CredentialScope(date: parts[1], region: parts[2], service: parts[3])
        self.time = time
        self.signedHeaders = Set(names)
        self.signature = signature
        query = ""
    }

    /// A header that takes part in the meaning must be signed: the host, and all of AWS's own.
    ///
    /// Source: AWS, "Create a signed AWS API request", step 1, canonical headers.
    private func checkSignedHeaders(of request: SigV4Request) throws(SigV4Failure) {
        guard signedHeaders.contains("host") else { throw .malformed("the host header is not signed") }
        let present = Set(request.headers.map { $0.name.lowercased() })
        for name in present.sorted() where name.hasPrefix("x-amz-") && !signedHeaders.contains(name) {
            throw .malformed("the header \(name) is not signed")
        }
        for name in signedHeaders.sorted() where name != "host" && !present.contains(name) {
            throw .malformed("the signed header \(name) is not there")
        }
    }

    private static let parameterNames: Set<Substring> = [
        "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Security-Token",
        "X-Amz-Signature",
    ]

    /// The parameters of a signature, decoded; each may stand once.
    private static func parameters(of query: String) throws(SigV4Failure) -> [String: String] {
        var found: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parameterNames.contains(parts[0]) else { continue }
            guard parts.count == 2, let value = PercentEncoding.decode(parts[1]) else {
                throw .malformed("the parameter \(parts[0]) of the query is not percent-encoded")
            }
            guard found.updateValue(value, forKey: String(parts[0])) == nil else {
                throw .malformed("the parameter \(parts[0]) stands twice in the query")
            }
        }
        return found
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    private static func isLowerHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
