import Cryptography
import FoundationEssentials
import Model
import PolicyFile

/// Tells when the policy file's content changes. A mounted ConfigMap changes by a link that is switched over, so the content is what is compared.
struct PolicyWatch: Sendable {
    enum Change: Sendable {
        case policies([Whitelist])
        case refused(PolicyFileErrors)
    }

    let path: String
    let runtime: Runtime
    let period = Duration.seconds(2)

    /// Calls back for each new content until cancelled. Standard input is read once and never changes.
    func run(_ initial: [Whitelist], onChange: @Sendable (Change) async -> Void) async {
        guard path != "-" else { return }
        var current = initial
        var refused: PolicyFileErrors?
        while !Task.isCancelled {
            do { try await runtime.sleep(period) } catch { return }
            do throws(PolicyFileErrors) {
                let policies = try PolicyFile.load(path: path)
                refused = nil
                guard policies != current else { continue }
                current = policies
                await onChange(.policies(policies))
            } catch {
                guard refused?.description != error.description else { continue }
                refused = error
                await onChange(.refused(error))
            }
        }
    }
}
