/// A program that gives credentials. Source: Kubernetes documentation, Authentication, "client-go credential plugins"; kubeconfig
/// v1, ExecConfig.
package struct ExecPlugin: Hashable, Sendable {
    package enum Version: String, Hashable, Sendable, CaseIterable {
        case v1 = "client.authentication.k8s.io/v1"
        case v1beta1 = "client.authentication.k8s.io/v1beta1"
    }

    /// An absolute path, or a name to be looked up in PATH.
    package var command: String
    package var arguments: [String]
    /// All that the program sees: this process's environment, then the plugin's own entries. May hold secrets: never printed.
    package var environment: [String: String]
    package var version: Version
    /// The text of KUBERNETES_EXEC_INFO.
    package var info: String
    /// What the kubeconfig says to someone who lacks the program.
    package var installHint: String?

    package init(
        command: String, arguments: [String], environment: [String: String], version: Version, info: String, installHint: String?
    ) {
        self.command = command
        self.arguments = arguments
        self.environment = environment
        self.version = version
        self.info = info
        self.installHint = installHint
    }
}

extension ExecPlugin: CustomStringConvertible, CustomReflectable {
    /// The program's name only: arguments and environment may hold secrets.
    package var description: String { "exec plugin \(command)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
