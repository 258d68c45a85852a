import Cryptography
package import HTTP
package import Model

/// A webhook of one's own: JSON, signed.
///
/// `X-Drawbridge-Signature: t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA256 of `SECONDS.BODY` under the shared secret. Who receives it
/// compares in constant time, and refuses old seconds. `X-Drawbridge-Delivery` is the transition's number: the same for a repetition.
package struct WebhookSink: AlertSink {
    private let url: String
    private let secret: SecretSource
    package let name = "webhook"
    package let pause = Duration.zero

    package init(url: String, secret: @escaping SecretSource) {
        self.url = url
        self.secret = secret
    }

    struct Body: Encodable {
        var version = 1
        var number: Int
        var change: String
        var at: String
        var lost: Int
        var kind: String
        var policy: String
        var subject: String
        var severity: String
        var summary: String
        var action: String
        var labels: [String: String]
        var since: String
        var firedAt: String?
        var resolvedAt: String?
        var count: Int
    }

    package func request(for item: Outbox.Item, now: Timestamp) throws(SinkTrouble) -> HTTPRequest {
        let (transition, alert) = (item.transition, item.transition.alert)
        let condition = alert.condition
        let body = SinkJSON.bytes(
            Body(
                number: transition.number, change: transition.change.rawValue, at: transition.at.rfc3339, lost: item.lost,
                kind: condition.identity.kind.rawValue, policy: condition.identity.policy, subject: condition.identity.subject,
                severity: condition.severity.rawValue, summary: condition.summary, action: condition.action, labels: condition.labels,
                since: alert.since.rfc3339, firedAt: alert.firedAt?.rfc3339, resolvedAt: alert.resolvedAt?.rfc3339, count: alert.count))
        let seconds = now.millisecondsSinceEpoch / 1000
        var headers = HTTPHeaders()
        headers.set("X-Drawbridge-Signature", Self.signature(body, seconds: seconds, try secret()))
        headers.set("X-Drawbridge-Delivery", "\(transition.number)")
        return SinkRequest.post(url, body, headers: headers)
    }

    static func signature(_ body: [UInt8], seconds: Int64, _ secret: Secret) -> String {
        let code = HMAC.sha256(key: Array(secret.exposed.utf8), message: Array("\(seconds).".utf8) + body)
        return "t=\(seconds),v1=\(hexadecimal(code))"
    }
}
