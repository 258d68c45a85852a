import ArgumentParser
import HTTP
import Kubernetes
import Model

/// A controller that is asked where it listens.
struct ControllerURL: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the controller listens, such as http://127.0.0.1:8080. Default: through the API server of the cluster.", valueName: "url"
        ))
    var url: String?

    @Option(
        help: ArgumentHelp(
            "With --url: a file with the bearer token that run --require-token wants. It is sent by https, or to this machine.",
            valueName: "file"))
    var tokenFile: String?

    func validate() throws {
        if let url, !url.hasPrefix("http://"), !url.hasPrefix("https://") { throw ValidationError("--url begins with http:// or https://") }
        guard tokenFile != nil else { return }
        guard let url else { throw ValidationError("--token-file goes with --url: the API server's proxy passes no token on") }
        guard Loopback.keepsSecrets(url: url) else {
            throw ValidationError(
                "with --token-file, --url is https, or http on this machine (http://127.0.0.1:8080, by kubectl port-forward): by http to "
                    + "another machine, whoever is on the way reads the token")
        }
    }

    /// Which of these flags are set.
    var flags: [String] { (url == nil ? [] : ["--url"]) + (tokenFile == nil ? [] : ["--token-file"]) }

    /// `nil` where none is named. Says what is missing, and ends with status 1.
    func client() throws -> ControllerClient? {
        guard let url else { return nil }
        var token: Secret?
        if let tokenFile {
            do {
                token = Secret(String(decoding: try FileReader.disk.read(tokenFile), as: UTF8.self).filter { !$0.isWhitespace })
            } catch {
                Console.error("the token file \(tokenFile) can't be read")
                throw ExitCode(1)
            }
        }
        return ControllerClient(place: .url(url, token: token), transport: ControllerOptions.transport)
    }
}
