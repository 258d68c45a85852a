import Kubernetes
import Locking
import Logging
import Model
import Planning
import Reporting

/// Keeps the report of a dry run current in the cluster: a ConfigMap with the plans as text, Markdown and JSON. The only thing that a dry
/// run writes.
final class ReportKeeper: Sendable {
    private let client: KubernetesClient
    private let name: String
    private let runtime: Runtime
    private let logger: Logger
    private let plans = Locked<[String: Plan]>([:])
    private let nudges: AsyncStream<Void>
    private let nudger: AsyncStream<Void>.Continuation
    /// What happens within this time is written together.
    private let delay = Duration.seconds(2)
    /// After a write that failed.
    private let retryDelay = Duration.seconds(30)

    init(client: KubernetesClient, leaseName: String, runtime: Runtime, logger: Logger) {
        self.client = client
        name = KeptConfigMap.report(leaseName)
        self.runtime = runtime
        self.logger = logger
        (nudges, nudger) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func take(_ plan: Plan) {
        let isNew = plans.withLock { plans in
            defer { plans[plan.policy] = plan }
            return plans[plan.policy] != plan
        }
        if isNew { nudger.yield() }
    }

    /// The policies that there are from now on.
    func keep(_ policies: Set<String>) {
        plans.withLock { plans in plans = plans.filter { policies.contains($0.key) } }
        nudger.yield()
    }

    /// Runs until cancelled.
    func run() async {
        var written: [String: String] = [:]
        var isTold = false
        for await _ in nudges {
            do { try await runtime.sleep(delay) } catch { return }
            let data = Self.data(plans.withLock { plans in plans.sorted { $0.key < $1.key }.map(\.value) })
            guard !data.isEmpty, data != written else { continue }
            do throws(APIError) {
                try await client.patchConfigMap(name, namespace: client.namespace, data: data)
                written = data
                isTold = false
            } catch {
                logger.log(level: isTold ? .debug : .warning, "the report could not be written into the ConfigMap \(name): \(error)")
                isTold = true
                do { try await runtime.sleep(retryDelay) } catch { return }
                nudger.yield()
            }
        }
    }

    /// A part of a report would say something else than the whole: what is too long is left out, and says so.
    private static func data(_ plans: [Plan]) -> [String: String] {
        guard !plans.isEmpty else { return [:] }
        var room = 700 << 10
        func fitting(_ text: String) -> String {
            // Quotation marks, line ends and such take two bytes in the request.
            let size = text.utf8.count + text.utf8.count / 8
            guard size <= min(room, ConfigMap.textLimit) else {
                return
                    "The report has \(text.utf8.count) bytes, too many for a ConfigMap: run `drawbridge plan`, or look at the status page.\n"
            }
            room -= size
            return text
        }
        let reports = plans.map { PlanReport($0) }
        return [
            "report.txt": fitting(reports.map { $0.text(colored: false) }.joined(separator: "\n")),
            "report.md": fitting(reports.map(\.markdown).joined(separator: "\n")),
            "report.json": fitting(PlanDocument(plans).json),
        ]
    }
}
