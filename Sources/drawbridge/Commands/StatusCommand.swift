import ArgumentParser
import Model

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what a running controller sees: alerts, what is being done, addresses, nodes, rules.",
        discussion: """
            Asks the controller by --url, or through the API server of the cluster that KUBECONFIG names: that takes the right to get services/proxy and pods/proxy in the \
            controller's namespace, and no way to the pod network. When a replica answers that only stands by, the one that leads is asked; of one that --url \
            names it is said on standard error. Nothing is written.

            Exit status: 0; 1 when no controller could be asked.

              drawbridge status
              drawbridge status --url http://127.0.0.1:8080 --watch
              drawbridge status --format json | jq '.policies[].addresses[] | select(.state == "unbound").name'
            """)

    @OptionGroup var controller: ControllerOptions

    @Option(help: ArgumentHelp("text or json."))
    var format: StatusFormat = .text

    @Flag(help: "Show it anew every two seconds, until interrupted.")
    var watch = false

    func run() async throws {
        let surroundings = Surroundings.process
        let client = try controller.client(surroundings)
        repeat {
            do throws(ControllerClient.Failure) {
                let answer = try await client.get("/api/v1/status?format=\(format.rawValue)")
                guard answer.status == 200 else {
                    throw ControllerClient.Failure(message: "the answer is \(answer.status): \(answer.text.prefix(500))")
                }
                if watch, surroundings.isStandardOutputTerminal { Console.report("\u{1B}[H\u{1B}[2J\u{1B}[3J") }
                format.print(answer.text, colored: surroundings.isOutputColored)
                answer.warn()
            } catch {
                Console.error(error.message)
                // A controller that is being replaced is back in a moment.
                guard watch else { throw ExitCode(1) }
            }
            if watch { try await Task.sleep(for: .seconds(2)) }
        } while watch
    }
}
