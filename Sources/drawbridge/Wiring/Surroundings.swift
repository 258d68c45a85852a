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
    var isStandardInputTerminal: Bool
    var isStandardOutputTerminal: Bool
    var isStandardErrorTerminal: Bool

    static var process: Surroundings {
        let variables = ProcessInfo.processInfo.environment
        return Surroundings(
            variables: variables, homeDirectory: variables["HOME"], hostName: ProcessInfo.processInfo.hostName,
            isStandardInputTerminal: isatty(STDIN_FILENO) == 1, isStandardOutputTerminal: isatty(STDOUT_FILENO) == 1,
            isStandardErrorTerminal: isatty(STDERR_FILENO) == 1)
    }

    /// Colour on a terminal, unless `NO_COLOR` is set (no-color.org) or the terminal has none.
    var isOutputColored: Bool { isStandardOutputTerminal && (variables["NO_COLOR"] ?? "").isEmpty && variables["TERM"] != "dumb" }

    /// How wide the terminal is at this moment. Source: ioctl_tty(2), `TIOCGWINSZ`.
    static var outputColumns: Int {
        var size = winsize()
        return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// How this replica is named in the lease.
    var identity: String { podName ?? hostName }

    /// A pod's name is one process's. A host's may be shared: a lease in its name may be a living twin's.
    var isIdentityExclusive: Bool { podName != nil }

    private var podName: String? { variables["POD_NAME"].flatMap { $0.isEmpty ? nil : $0 } }

    /// The node that this replica runs on.
    var ownNode: String? { variables["NODE_NAME"].flatMap { $0.isEmpty ? nil : $0 } }
}
