package import HTTP
package import Model

/// Takes transitions one by one, in order. What it makes of one is pure but for the secret, which is read anew each time.
package protocol AlertSink: Sendable {
    /// For logs, and for the cursor that outlives the process: no secret, and the same in every replica.
    var name: String { get }
    /// Between two deliveries, at least.
    var pause: Duration { get }
    /// - Throws: what keeps the request from being made, such as a key file that can't be read.
    func request(for item: Outbox.Item, now: Timestamp) throws(SinkTrouble) -> HTTPRequest
}

/// Reads a secret from its file, anew at each use.
package typealias SecretSource = @Sendable () throws(SinkTrouble) -> Secret

enum SinkRequest {
    static let limits = HTTPLimits(connect: .seconds(5), total: .seconds(10), idle: .seconds(10), responseBytes: 64 << 10)

    static func post(_ url: String, _ body: [UInt8], headers: HTTPHeaders = [:]) -> HTTPRequest {
        var headers = headers
        headers.set("Content-Type", "application/json")
        return HTTPRequest("POST", url, headers: headers, body: body, limits: limits)
    }

    /// For what carries a secret, in its URL or its body: it is not sent in the clear.
    ///
    /// - Parameter whose: names the URL in place of the URL.
    static func check(_ url: String, _ whose: String) throws(SinkTrouble) {
        guard Loopback.keepsSecrets(url: url) else {
            throw .again("\(whose) is to begin with https://; http:// is taken for this machine only", after: nil)
        }
    }
}
