/// An error of an AWS Query API, before it is written in that API's own XML.
package struct AWSError: Error, Hashable, Sendable {
    package var code: String
    package var message: String
    package var status: Int

    package init(_ code: String, _ message: String, status: Int = 400) {
        self.code = code
        self.message = message
        self.status = status
    }
}
