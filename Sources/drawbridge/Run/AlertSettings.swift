import Alerting
import HTTP
import Kubernetes
import Model

/// Where alerts go beside the log and Events. Secrets are files, read anew at each use.
struct AlertSettings: Sendable {
    var alertmanagers: [String] = []
    var slackWebhookFile: String?
    var pagerDutyKeyFile: String?
    var pagerDutyURL = PagerDutySink.standardURL
    var webhook: String?
    var webhookSecretFile: String?

    /// - Parameter installation: how this one is named to others: namespace and Lease.
    func sinks(installation: String) -> [any AlertSink] {
        var sinks: [any AlertSink] = []
        if let slackWebhookFile { sinks.append(SlackSink(url: Self.secret(slackWebhookFile))) }
        if let pagerDutyKeyFile {
            sinks.append(PagerDutySink(url: pagerDutyURL, key: Self.secret(pagerDutyKeyFile), source: "drawbridge \(installation)"))
        }
        if let webhook, let webhookSecretFile { sinks.append(WebhookSink(url: webhook, secret: Self.secret(webhookSecretFile))) }
        return sinks
    }

    /// A file's text without the line end that editors leave.
    private static func secret(_ path: String) -> SecretSource {
        { () throws(SinkTrouble) in
            let bytes: [UInt8]
            do throws(FileReader.Failure) {
                bytes = try FileReader.disk.read(path)
            } catch {
                let problem = if case .unreadable(let reason) = error { reason } else { "there is no such file" }
                throw .again("\(path): \(problem)", after: nil)
            }
            let text = String(decoding: bytes.prefix(8192), as: UTF8.self).split(whereSeparator: \.isWhitespace)
            guard text.count == 1, let secret = text.first else { throw .again("\(path) is to hold one word", after: nil) }
            return Secret(String(secret))
        }
    }
}
