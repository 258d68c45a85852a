import FoundationEssentials
import Model

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the process was given: its variables, its home directory, its terminal.
struct Surroundings: Sendable {
    var variables: [String: String]
    var homeDirectory: String?
    var hostName: String
    /// Drawn anew for each process.
    var nonce: String
    var isStandardInputTerminal: Bool
    var isStandardOutputTerminal: Bool
    var isStandardErrorTerminal: Bool

    static var process: Surroundings {
        let variables = ProcessInfo.processInfo.environment
        return Surroundings(
            variables: variables, homeDirectory: variables["HOME"], hostName: ProcessInfo.processInfo.hostName,
            nonce: String(Runtime.system.uuid().prefix(8)),
            isStandardInputTerminal: isatty(STDIN_FILENO) == 1, isStandardOutputTerminal: isatty(STDOUT_FILENO) == 1,
            isStandardErrorTerminal: isatty(STDERR_FILENO) == 1)
    }

    /// Colour on a terminal, unless `NO_COLOR` is set (no-color.org) or the terminal has none.
    var isOutputColored: Bool { isStandardOutputTerminal && (variables["NO_COLOR"] ?? "").isEmpty && variables["TERM"] != "dumb" }

    /// How this replica is named in the lease. A pod's name is one process's; a host's may be shared, and two processes of one name would both take the lease for theirs.
    /// Source: client-go's leaderelection example and kube-controller-manager, which add a UUID to the host name.
    var identity: String { variables["POD_NAME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(hostName)-\(nonce)" }

    /// The node that this replica runs on.
    var ownNode: String? { variables["NODE_NAME"].flatMap { $0.isEmpty ? nil : $0 } }
}
