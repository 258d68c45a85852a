import ArgumentParser
import HTTP
import Model
import PolicyFile
import Reporting

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why an address, a node or a rule is as it is: admitted or not, bound or waiting, kept or foreign.",
        discussion: """
            Tells the facts and the rules one after the other: which labels matched, which rule admits it since when, who holds it, what it waits for and for how long, what a brake \
            holds and which command frees it. From the running controller (see drawbridge status), or with --policy from an observation made now, which knows no past. Writes nothing.

            Exit status: 0; 1 when there is no such thing, or more than one: then it says what is near.

              drawbridge explain 203.0.113.7
              drawbridge explain node/gke-prod-egress-1a2b
              drawbridge explain sgr-0a1b2c3d4e5f60718 --policy whitelist.yaml
            """)

    @Argument(
        help: ArgumentHelp(
            "An Address's name, IP or id, a node's name, a rule's id or source; with address/, node/ or rule/ before it where that is needed.",
            valueName: "address|node|rule"))
    var subject: String

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var logs: LogOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Look now, for the policies of this file, instead of asking a controller.", valueName: "file"))
    var policy: String?

    @Option(help: ArgumentHelp("text or json."))
    var format: StatusFormat = .text

    func validate() throws {
        guard subject.utf8.count <= Explainer.subjectBytes else { throw ValidationError("the name is too long") }
        if policy != nil, let flag = controller.flags.first {
            throw ValidationError("--policy and \(flag) don't go together: with --policy no controller is asked")
        }
    }

    func run() async throws {
        let surroundings = Surroundings.process
        if let policy {
            try await observe(policy, surroundings)
        } else {
            try await ask(surroundings)
        }
    }

    private func ask(_ surroundings: Surroundings) async throws {
        let client = try controller.client(surroundings)
        do throws(ControllerClient.Failure) {
            let answer = try await client.get(
                "/api/v1/explain?format=\(format.rawValue)&subject=\(subject.percentEncoded(lowercase: false))")
            guard answer.status == 200 else {
                throw ControllerClient.Failure(message: "the answer is \(answer.status): \(answer.text.prefix(500))")
            }
            format.print(answer.text, colored: surroundings.isOutputColored)
            answer.warn()
            guard answer.isFound else { throw ControllerClient.Failure(message: "") }
        } catch {
            if !error.message.isEmpty { Console.error(error.message) }
            throw ExitCode(1)
        }
    }

    private func observe(_ path: String, _ surroundings: Surroundings) async throws {
        let policies: [Whitelist]
        do throws(PolicyFileErrors) {
            policies = try PolicyFile.load(path: path)
        } catch {
            Console.error("\(error)")
            throw ExitCode(1)
        }
        let clouds = try Session.clouds(surroundings, policies, needsCluster: true, logger: logs.logger(surroundings))
        let plans = await Survey.plans(policies, clouds: clouds, surroundings: surroundings, whitelistOnly: false)
        let now = clouds.runtime.now().wall
        let snapshots = zip(policies, plans).map { policy, plan in
            var snapshot = PolicySnapshot(policy: policy)
            snapshot.plan = plan
            return snapshot
        }
        let explanation = Explainer(
            ControllerSnapshot(
                version: DrawbridgeVersion.current, replica: surroundings.identity, role: .dryRun, startedAt: now, at: now,
                policies: snapshots,
                alerts: [], changes: [])
        ).explain(subject)
        switch format {
        case .text: Console.report(explanation.text(colored: surroundings.isOutputColored))
        case .json: Console.report(String(decoding: explanation.json, as: UTF8.self))
        }
        guard explanation.isFound else { throw ExitCode(1) }
    }
}
