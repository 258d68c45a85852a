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

    @OptionGroup var controller: ControllerOptions

    @Option(name: .customLong("lease-name"), help: ArgumentHelp("The name of the Lease that elects the one writer.", valueName: "name"))
    var leaseName = "drawbridge"

    func run() async throws {
        let surroundings = Surroundings.process
        if controller.url != nil {
            let client = try controller.client(surroundings)
            do throws(ControllerClient.Failure) {
                let answer = try await client.get("/api/v1/history")
                guard answer.status == 200 else {
                    throw ControllerClient.Failure(message: "the answer is \(answer.status): \(answer.text.prefix(500))")
                }
                StatusFormat.json.print(answer.text, colored: false)
            } catch {
                Console.error(error.message)
                throw ExitCode(1)
            }
            return
        }
        let client = try controller.kubernetes(surroundings)
        do throws(APIError) {
            let kept = try await client.getConfigMap(KeptConfigMap.state(leaseName), namespace: controller.namespace)
            StatusFormat.json.print(kept.data[HistoryKeeper.key] ?? "", colored: false)
        } catch {
            let advice = error.isMissing ? "; nothing has been done yet, or the controller is elsewhere: --namespace, --lease-name" : ""
            Console.error("\(error)\(advice)")
            throw ExitCode(1)
        }
    }
}
