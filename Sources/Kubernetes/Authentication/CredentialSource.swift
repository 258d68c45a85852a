internal import Commands
internal import HTTP
internal import Model

/// Keeps the current credential, and gets another when it ran out or was refused. Callers that come together share one run of a
/// plugin.
actor CredentialSource {
    private let authentication: KubernetesAuthentication
    private let runtime: Runtime
    private let files: FileReader
    private let commands: CommandRunner
    private var held: (credential: KubernetesCredential, until: Validity)?
    private var generation = 0
    private var underway: Task<Result<ExecCredential, APIError>, Never>?

    private enum Validity {
        case always
        case wall(Timestamp)
        case instant(Instant)
    }

    /// How long a token file's content is used before the file is read again. The kubelet rotates it long before it expires.
    private static let tokenFileValidity = Duration.seconds(10)
    private static let pluginOutputBytes = 1 << 20
    private static let pluginTimeLimit = Duration.seconds(60)

    init(authentication: KubernetesAuthentication, runtime: Runtime, files: FileReader, commands: CommandRunner) {
        self.authentication = authentication
        self.runtime = runtime
        self.files = files
        self.commands = commands
    }

    /// The credential to use now.
    func current() async throws(APIError) -> KubernetesCredential {
        if let held, isValid(held.until) { return held.credential }
        switch authentication {
        case .none: return hold(nil, until: .always)
        case .token(let token): return hold(bearer(token), until: .always)
        case .basic(let username, let password):
            return hold(Secret("Basic " + Base64.encode(Array("\(username):\(password.exposed)".utf8))), until: .always)
        case .tokenFile(let path, let fallback): return try tokenFromFile(path, fallback: fallback)
        case .exec(let plugin): return try await fromPlugin(plugin)
        }
    }

    /// Discards a credential that the server refused. Returns whether another one can be had.
    func refused(_ credential: KubernetesCredential) -> Bool {
        switch authentication {
        case .none, .token, .basic: return false
        case .tokenFile, .exec:
            if held?.credential.generation == credential.generation { held = nil }
            return true
        }
    }

    private func isValid(_ validity: Validity) -> Bool {
        switch validity {
        case .always: true
        case .wall(let time): runtime.now().wall < time
        case .instant(let instant): runtime.now().instant < instant
        }
    }

    private func hold(
        _ authorization: Secret?, clientCertificate: HTTPClientConfiguration.ClientCertificate? = nil, until validity: Validity
    ) -> KubernetesCredential {
        generation += 1
        let credential = KubernetesCredential(
            authorization: authorization, clientCertificate: clientCertificate, generation: generation)
        held = (credential, validity)
        return credential
    }

    private func bearer(_ token: Secret) -> Secret { Secret("Bearer " + token.exposed) }

    private var lastTokenRead: Secret?

    private func tokenFromFile(_ path: String, fallback: Secret?) throws(APIError) -> KubernetesCredential {
        let problem: String
        do {
            let text = String(decoding: try files.read(path), as: UTF8.self).filter { !$0.isWhitespace }
            if !text.isEmpty {
                lastTokenRead = Secret(text)
                return hold(bearer(Secret(text)), until: .instant(runtime.now().instant + Self.tokenFileValidity))
            }
            problem = "is empty"
        } catch {
            switch error {
            case .missing: problem = "does not exist"
            case .unreadable(let reason): problem = "can't be read: \(reason)"
            }
        }
        // The last content that could be read is better than none.
        if let token = lastTokenRead ?? fallback {
            return hold(bearer(token), until: .instant(runtime.now().instant + Self.tokenFileValidity))
        }
        throw failure(
            "the token file \(path)", code: "token-file", message: "it \(problem); restore it, or use another kubeconfig user",
            .retry(after: nil))
    }

    private func fromPlugin(_ plugin: ExecPlugin) async throws(APIError) -> KubernetesCredential {
        let task: Task<Result<ExecCredential, APIError>, Never>
        let isFirst = underway == nil
        if let underway {
            task = underway
        } else {
            task = Task { await self.run(plugin) }
            underway = task
        }
        let result = await task.value
        if isFirst { underway = nil }
        if !isFirst, let held, isValid(held.until) { return held.credential }
        let answer = try result.get()
        return hold(
            answer.token.map(bearer), clientCertificate: answer.clientCertificate, until: answer.expiresAt.map { .wall($0) } ?? .always
        )
    }

    private func run(_ plugin: ExecPlugin) async -> Result<ExecCredential, APIError> {
        let command = Command(
            program: plugin.command, arguments: plugin.arguments, environment: plugin.environment, outputBytes: Self.pluginOutputBytes,
            timeLimit: Self.pluginTimeLimit)
        let resource = "the exec plugin \(plugin.command)"
        let result: CommandResult
        do {
            result = try await commands.run(command)
        } catch {
            let hint = plugin.installHint.map { " \($0)" } ?? ""
            switch error {
            case .missing:
                return .failure(
                    failure(
                        resource, code: "exec-plugin", message: "there is no such program; install it, or put it in PATH.\(hint)",
                        .permanent))
            case .notStarted(let reason):
                return .failure(failure(resource, code: "exec-plugin", message: "it can't be started: \(reason)", .permanent))
            }
        }
        let problem: String
        switch result.ending {
        case .exited(0):
            do { return .success(try ExecCredential(result.output, version: plugin.version)) } catch {
                return .failure(failure(resource, code: "exec-plugin", message: "\(error.problem); run it by hand to see", .permanent))
            }
        case .exited(let status): problem = "it exited with status \(status)"
        case .signalled(let signal): problem = "it was ended by signal \(signal)"
        case .timedOut: problem = "it did not end within \(Self.pluginTimeLimit.brief)"
        case .tooMuchOutput: problem = "it wrote more than \(Self.pluginOutputBytes) bytes"
        case .cancelled: problem = "it was cancelled"
        }
        let said = String(decoding: result.errors.prefix(500), as: UTF8.self)
        let message = problem + (said.isEmpty ? "; run it by hand to see why" : ", saying: \(said)")
        return .failure(failure(resource, code: "exec-plugin", message: message, .retry(after: nil)))
    }

    private func failure(_ resource: String, code: String, message: String, _ disposition: APIError.Disposition) -> APIError {
        APIError(
            api: .kubernetes, operation: "authenticate", resource: resource, code: code, message: message, disposition: disposition)
    }
}
