import Cryptography
package import HTTP
package import Model

/// PagerDuty's Events API v2. Each alert is an incident of its own, which resolves with it.
///
/// Source: PagerDuty, Events API v2, "Send an Alert Event" and its OpenAPI description (github.com/PagerDuty/api-schema,
/// reference/events-v2/openapiv3.json): routing_key of 32 characters, dedup_key of at most 255, summary of at most 1024; summary, source
/// and severity are required; an event has at most 512 KB.
package struct PagerDutySink: AlertSink {
    package static let standardURL = "https://events.pagerduty.com/v2/enqueue"

    private let url: String
    private let key: SecretSource
    private let source: String
    package let name = "pagerduty"
    package let pause = Duration.milliseconds(500)

    /// - Parameters:
    ///   - url: another for the EU service region, `https://events.eu.pagerduty.com/v2/enqueue`; `https`, or `http` on this machine.
    ///   - key: the integration key of a service.
    ///   - source: where the trouble is seen: this installation's name.
    package init(url: String = standardURL, key: @escaping SecretSource, source: String) {
        self.url = url
        self.key = key
        self.source = source
    }

    struct Event: Encodable {
        struct Payload: Encodable {
            var summary: String
            var source: String
            var severity: String
            var timestamp: String
            var component: String
            var group: String?
            var `class`: String
            var custom_details: [String: String]
        }

        var routing_key: String
        var event_action: String
        var dedup_key: String
        var client = "Drawbridge"
        var payload: Payload
    }

    package func request(for item: Outbox.Item, now: Timestamp) throws(SinkTrouble) -> HTTPRequest {
        try SinkRequest.check(url, "PagerDuty's URL")
        return SinkRequest.post(url, SinkJSON.bytes(event(item, key: try key())))
    }

    func event(_ item: Outbox.Item, key: Secret) -> Event {
        let alert = item.transition.alert
        let condition = alert.condition
        var details = condition.labels.mapValues { $0.shown(limit: 300) }
        details["summary"] = condition.summary.shown(limit: 5000)
        details["what to do"] = condition.action.shown(limit: 2000)
        details["since"] = alert.since.rfc3339
        if alert.count > 1 { details["count"] = "\(alert.count)" }
        if item.lost > 0 { details["lost"] = "\(item.lost) alerts before this one were dropped: more waited than are kept" }
        let severity =
            switch condition.severity {
            case .info: "info"
            case .warning: "warning"
            case .critical: "critical"
            }
        return Event(
            routing_key: key.exposed, event_action: item.transition.change == .resolved ? "resolve" : "trigger",
            dedup_key: Self.key(of: alert.identity),
            payload: Event.Payload(
                summary: String("\(condition.identity.kind.rawValue): \(condition.summary.shown(limit: 900))".unicodeScalars.prefix(1024)),
                source: source, severity: severity, timestamp: item.transition.at.rfc3339,
                component: condition.identity.subject.shown(limit: 200),
                group: condition.identity.policy.isEmpty ? nil : condition.identity.policy.shown(limit: 200),
                class: condition.identity.kind.rawValue, custom_details: details))
    }

    /// The same for the same trouble, whichever process tells it.
    static func key(of identity: AlertIdentity) -> String {
        hexadecimal(SHA256.digest(Array("\(identity.kind.rawValue)\n\(identity.policy)\n\(identity.subject)".utf8)))
    }
}
