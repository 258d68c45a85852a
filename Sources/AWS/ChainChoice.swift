import Locking

/// Which members of a chain gave the first keys, for all that walk the same chain: from then on they alone are asked.
///
/// A shared file that is absent or half-written at the moment of a refresh must not hand the process over to the keys of
/// somebody else, such as those of the machine that it runs on. To change over to another member, restart the process.
///
/// Source: botocore 1.43, credentials.py, RefreshableCredentials: what refreshes keys is the provider that loaded them.
package final class ChainChoice: Sendable {
    private let state = Locked<[String]?>(nil)

    package init() {}

    /// By name, as in `AWSCredentials.members`; `nil` until keys were given.
    var members: [String]? { state.withLock { $0 } }

    /// - Returns: those that gave the first keys, which are these where there were none.
    func settle(_ members: [String]) -> [String] {
        state.withLock { settled in
            let first = settled ?? members
            settled = first
            return first
        }
    }
}
