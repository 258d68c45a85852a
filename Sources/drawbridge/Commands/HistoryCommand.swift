import ArgumentParser
import Kubernetes
import Model

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Print the last changes as JSON lines: who did what, why, when, with the clouds' request ids.",
        discussion: """
            Reads what the controller keeps in the cluster beside its Lease (the ConfigMap LEASE-state, its last 500 changes), or asks one by --url. A line each, the oldest first: \
            at, replica, policy, kind, subject, what, why, requestIDs.

            Exit status: 0; 1 when it can't be read.

              drawbridge history | jq -r 'select(.kind == "RulesRevoked") | "\\(.at) \\(.what)"'
            """)

    @OptionGroup var direct: ControllerURL

    @Option(
        help: ArgumentHelp(
            "The namespace that the controller is in. (default: \(ControllerOptions.defaultNamespace))", valueName: "name"))
    var namespace: String?

    @Option(help: ArgumentHelp("The name of the Lease that elects the one writer. (default: drawbridge)", valueName: "name"))
    var leaseName: String?

    func validate() throws {
        guard direct.url != nil, let flag = namespace != nil ? "--namespace" : leaseName != nil ? "--lease-name" : nil else { return }
        throw ValidationError("--url and \(flag) don't go together: \(flag) says which ConfigMap of the cluster is read")
    }

    func run() async throws {
        let surroundings = Surroundings.process
        if let client = try direct.client() {
            do throws(ControllerClient.Failure) {
                let answer = try await client.get("/api/v1/history")
                guard answer.status == 200 else {
                    throw ControllerClient.Failure(message: "the answer is \(answer.status): \(answer.text.prefix(500))")
                }
                StatusFormat.json.print(answer.text, colored: false)
                answer.warn()
            } catch {
                Console.error(error.message)
                throw ExitCode(1)
            }
            return
        }
        let client = try ControllerOptions.kubernetes(surroundings)
        do throws(APIError) {
            let kept = try await client.getConfigMap(
                KeptConfigMap.state(leaseName ?? "drawbridge"), namespace: namespace ?? ControllerOptions.defaultNamespace)
            StatusFormat.json.print(kept.data[HistoryKeeper.key] ?? "", colored: false)
        } catch {
            let advice = error.isMissing ? "; nothing has been done yet, or the controller is elsewhere: --namespace, --lease-name" : ""
            Console.error("\(error)\(advice)")
            throw ExitCode(1)
        }
    }
}
