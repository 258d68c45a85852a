package import HTTP
package import Model

/// A Prometheus Alertmanager, by its API v2. It wants the whole set of firing alerts again and again, and takes each for over a while
/// after it was last told; so it needs no order and no memory.
///
/// Source: Prometheus, "Alerts API" (labels identify an alert, annotations don't; clients re-send every 30 seconds to 3 minutes);
/// Prometheus, notifier/notifier.go (`maxBatchSize` 64), rules/manager.go (an alert is valid for four intervals); Alertmanager,
/// api/v2/openapi.yaml (PostableAlert), types/types.go (one bad alert among them is answered 400, the others are taken).
package struct Alertmanager: Sendable {
    /// Where it is, without a path of the API; may have a prefix of its own.
    package let url: String
    /// How often it is told.
    package static let interval = Duration.seconds(60)
    static let validity = Duration.seconds(240)
    static let batch = 64

    package init(url: String) { self.url = url.hasSuffix("/") ? String(url.dropLast()) : url }

    struct PostableAlert: Encodable, Equatable {
        var labels: [String: String]
        var annotations: [String: String]
        var startsAt: String
        var endsAt: String
    }

    /// Posts for all alerts that fire or were over lately, the latter first.
    package func requests(firing: [Alert], resolved: [Alert], now: Timestamp) -> [HTTPRequest] {
        let names = Set(firing.map(\.identity))
        // One that fires again has the same labels, and is told as that.
        let alerts = resolved.filter { !names.contains($0.identity) }.map { Self.postable($0, now) } + firing.map { Self.postable($0, now) }
        return stride(from: 0, to: alerts.count, by: Self.batch).map { start in
            SinkRequest.post(url + "/api/v2/alerts", SinkJSON.bytes(Array(alerts[start..<min(start + Self.batch, alerts.count)])))
        }
    }

    static func postable(_ alert: Alert, _ now: Timestamp) -> PostableAlert {
        let condition = alert.condition
        // The names are ours and follow Prometheus' rules; empty values would be dropped there.
        var labels = condition.labels.mapValues { $0.shown(limit: 300) }
        labels["alertname"] = condition.identity.kind.rawValue
        labels["job"] = "drawbridge"
        labels["policy"] = condition.identity.policy.shown(limit: 300)
        labels["subject"] = condition.identity.subject.shown(limit: 300)
        labels["severity"] = condition.severity.rawValue
        return PostableAlert(
            labels: labels.filter { !$0.value.isEmpty },
            annotations: [
                "summary": condition.summary.shown(limit: 4000), "action": condition.action.shown(limit: 2000),
                "since": alert.since.rfc3339, "count": "\(alert.count)",
            ],
            startsAt: (alert.firedAt ?? alert.since).rfc3339, endsAt: (alert.resolvedAt ?? now + validity).rfc3339)
    }
}
