/// An answer, free of any server's types.
package struct WireResponse: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// The vendor's code when the answer is an error; for the log of calls.
    package var errorCode: String?

    package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8], errorCode: String? = nil) {
        self.status = status
        self.headers = headers
        self.body = body
        self.errorCode = errorCode
    }

    package static func json(_ value: JSONValue, status: Int = 200, errorCode: String? = nil) -> WireResponse {
        WireResponse(
            status: status, headers: [("Content-Type", "application/json; charset=UTF-8")], body: value.json, errorCode: errorCode)
    }

    package static func text(_ text: String, status: Int = 200, contentType: String = "text/plain", errorCode: String? = nil)
        -> WireResponse
    {
        WireResponse(status: status, headers: [("Content-Type", contentType)], body: Array(text.utf8), errorCode: errorCode)
    }
}
