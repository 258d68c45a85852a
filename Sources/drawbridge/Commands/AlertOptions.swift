import Alerting
import ArgumentParser
import Model

/// Where `run` sends alerts beside its log and Kubernetes Events.
struct AlertOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Post alerts to this Alertmanager, by its API v2; repeat for each of a cluster.", valueName: "url"),
        transform: AlertOptions.url)
    var alertmanager: [String] = []

    @Option(
        help: ArgumentHelp(
            "Post alerts to the Slack-compatible incoming webhook whose URL is in this file, which is read anew each time.",
            valueName: "path"))
    var slackWebhookFile: String?

    @Option(
        help: ArgumentHelp(
            "Send alerts to PagerDuty (Events API v2) with the integration key in this file, which is read anew each time.",
            valueName: "path"))
    var pagerdutyKeyFile: String?

    @Option(
        help: ArgumentHelp("PagerDuty's endpoint; https://events.eu.pagerduty.com/v2/enqueue in the EU.", valueName: "url"),
        transform: AlertOptions.confidentialURL)
    var pagerdutyURL: String = PagerDutySink.standardURL

    @Option(
        help: ArgumentHelp("Post alerts as JSON to this URL, signed with --webhook-secret-file.", valueName: "url"),
        transform: AlertOptions.confidentialURL)
    var webhook: String?

    @Option(
        help: ArgumentHelp(
            "The secret that signs what --webhook gets (HMAC-SHA256, X-Drawbridge-Signature), in a file that is read anew each time.",
            valueName: "path"))
    var webhookSecretFile: String?

    func validate() throws {
        guard (webhook == nil) == (webhookSecretFile == nil) else {
            throw ValidationError("--webhook and --webhook-secret-file go together")
        }
    }

    var settings: AlertSettings {
        AlertSettings(
            alertmanagers: alertmanager, slackWebhookFile: slackWebhookFile, pagerDutyKeyFile: pagerdutyKeyFile,
            pagerDutyURL: pagerdutyURL, webhook: webhook, webhookSecretFile: webhookSecretFile)
    }

    /// A URL whose receiver shares a secret with this process: by `https`, or on this machine.
    @Sendable static func confidentialURL(_ text: String) throws -> String {
        guard Loopback.keepsSecrets(url: try url(text)) else {
            throw ValidationError(
                "'\(text)' is to begin with https://; http:// is taken for this machine only, such as http://127.0.0.1:9000")
        }
        return text
    }

    /// An absolute URL without user, query and fragment: what is secret stands in files.
    @Sendable static func url(_ text: String) throws -> String {
        let rest = ["https://", "http://"].first(where: text.hasPrefix).map { text.dropFirst($0.count) }
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) } && !text.contains { "@?#\"<>\\".contains($0) }
        guard let rest, let host = rest.split(separator: "/", omittingEmptySubsequences: false).first, !host.isEmpty, isPlain else {
            throw ValidationError("'\(text)' is not a URL such as http://alertmanager.monitoring:9093, without user and query")
        }
        return text
    }
}
