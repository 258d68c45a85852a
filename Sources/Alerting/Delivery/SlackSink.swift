package import HTTP
package import Model

/// An incoming webhook of Slack, or of what takes the same (Mattermost, Rocket.Chat, Discord's `/slack`).
///
/// Source: Slack, "Sending messages using incoming webhooks"; "Formatting text", where `&`, `<` and `>` are to be escaped and no others;
/// changelog 2018-04 (text beyond 40,000 characters is cut); "Rate limits" (one message a second).
package struct SlackSink: AlertSink {
    private let url: SecretSource
    package let name = "slack"
    package let pause = Duration.seconds(1)

    /// - Parameter url: the webhook's URL, which is its key: `https`, or `http` on this machine.
    package init(url: @escaping SecretSource) { self.url = url }

    package func request(for item: Outbox.Item, now: Timestamp) throws(SinkTrouble) -> HTTPRequest {
        struct Message: Encodable {
            var text: String
            var unfurl_links = false
        }
        let url = try url().exposed
        try SinkRequest.check(url, "the URL in the webhook's file")
        return SinkRequest.post(url, SinkJSON.bytes(Message(text: Self.text(item))))
    }

    static let textLimit = 40_000

    static func text(_ item: Outbox.Item) -> String {
        let (transition, alert) = (item.transition, item.transition.alert)
        let condition = alert.condition
        let state =
            switch transition.change {
            case .fired: "FIRING"
            case .repeated: "STILL FIRING"
            case .resolved: "RESOLVED"
            }
        var head = "*[\(state)] \(condition.severity.rawValue): \(condition.identity.kind.rawValue)*"
        if !condition.identity.policy.isEmpty { head += " (policy \(escaped(condition.identity.policy)))" }
        var lines = [head, escaped(condition.summary, 20_000)]
        if transition.change != .resolved { lines.append("*What to do:* \(escaped(condition.action, 10_000))") }
        lines.append("Since \(alert.since.rfc3339)" + (alert.resolvedAt.map { ", over at \($0.rfc3339)" } ?? ""))
        if item.lost > 0 { lines.append("\(item.lost) alerts before this one were dropped: more waited than are kept.") }
        return String(lines.joined(separator: "\n").unicodeScalars.prefix(textLimit))
    }

    private static func escaped(_ text: String, _ limit: Int = 300) -> String {
        var result = ""
        // An escape is five characters at most, so the limit holds after it too.
        for character in text.shown(limit: limit / 5) {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
        return result
    }
}
