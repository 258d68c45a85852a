import HTTP
import XML

/// What an answer that is no success says in its body.
///
/// Source: EC2 API Reference, "Common error responses":
/// `<Response><Errors><Error><Code/><Message/></Error></Errors><RequestID/></Response>`; STS API Reference, "Common errors":
/// `<ErrorResponse><Error><Type/><Code/><Message/></Error><RequestId/></ErrorResponse>`.
struct AWSErrorBody: Hashable, Sendable {
    var code: String
    var message: String
    var requestID: String?

    /// - Returns: `nil` for a page of a proxy, an empty body, anything that is no error of AWS. Of more than one error the
    ///   first counts.
    init?(_ response: HTTPResponse) {
        guard let root = try? XMLDocument.parse(response.body, limits: Self.limits),
            root.name == "Response" || root.name == "ErrorResponse",
            let error = root.at("Errors", "Error") ?? root["Error"], let code = error.value("Code"),
            code.utf8.count <= 200, code.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        self.code = AWSErrorClass.bare(code)
        message = error.text("Message") ?? ""
        requestID = (root.value("RequestID") ?? root.value("RequestId")).map(Self.bounded) ?? Self.requestID(response)
    }

    /// The request id that stands in the headers.
    static func requestID(_ response: HTTPResponse) -> String? {
        (response.headers["x-amzn-RequestId"] ?? response.headers["x-amz-request-id"]).map(bounded)
    }

    /// One character can be as long as the whole text.
    private static func bounded(_ id: String) -> String { String(id.unicodeScalars.prefix(200)) }

    /// The beginning of a body that can't be decoded, in printable characters.
    ///
    /// - Parameter redact: takes secrets out. Before the cut, for half a secret is none that it would find.
    static func excerpt(_ response: HTTPResponse, redact: (String) -> String) -> String {
        guard !response.body.isEmpty else { return "an empty body" }
        let text = redact(String(decoding: response.body.prefix(64 << 10), as: UTF8.self))
        return "'" + String(text.unicodeScalars.prefix(160).map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
            + "'"
    }

    private static let limits = XMLLimits(
        bytes: 256 << 10, depth: 16, elements: 1000, textBytes: 64 << 10, attributes: 16, tagBytes: 16 << 10)
}
