import Cryptography
import FoundationEssentials
import Model
import PolicyFile

/// Tells when the policy file's content changes. A mounted ConfigMap changes by a link that is switched over, so the content is what is
/// compared.
struct PolicyWatch: Sendable {
    enum Change: Sendable {
        case policies([Whitelist])
        /// The new content does not validate; said again at an interval while that lasts.
        case refused(PolicyFileErrors)
        /// It validates again.
        case accepted
    }

    let path: String
    let runtime: Runtime
    /// How often it is said that the content is still refused.
    let repeatInterval: Duration
    let period = Duration.seconds(2)

    /// Calls back for each new content, and while one is refused, until cancelled. Standard input is read once and never changes.
    func run(_ initial: [Whitelist], onChange: @Sendable (Change) async -> Void) async {
        guard path != "-" else { return }
        var current = initial
        var refused: (errors: String, saidAt: Instant)?
        while !Task.isCancelled {
            do { try await runtime.sleep(period) } catch { return }
            do throws(PolicyFileErrors) {
                let policies = try PolicyFile.load(path: path)
                if refused != nil {
                    refused = nil
                    await onChange(.accepted)
                }
                guard policies != current else { continue }
                current = policies
                await onChange(.policies(policies))
            } catch {
                let now = runtime.now().instant
                if let refused, refused.errors == error.description, now - refused.saidAt < repeatInterval { continue }
                refused = (error.description, now)
                await onChange(.refused(error))
            }
        }
    }
}
