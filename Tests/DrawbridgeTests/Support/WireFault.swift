import Model
import Sandbox

/// What goes wrong with a call on its way, below the API.
struct WireFault: Sendable, CustomStringConvertible {
    enum Kind: String, Sendable, CaseIterable {
        /// The connection is reset; the request never arrives.
        case reset
        /// The connection is reset, but the request has arrived and is carried out.
        case lostAnswer
        /// A kept connection is closed under the client at its next request; a new one works.
        case staleConnection
        /// The answer ends in the middle.
        case halfAnswer
        /// A byte of the answer a second.
        case slowAnswer
        /// The connection is accepted, the request read, and that is all.
        case silence
        /// What comes back is not HTTP.
        case garbage
        /// A gateway's 503: the request never arrives.
        case unavailable
        /// A gateway's 504: the request has arrived and is carried out.
        case gatewayTimeout
        /// 429 with `Retry-After: 1`.
        case tooMany
        /// 302 to another host, which answers.
        case redirect
        /// An answer of more than any limit allows.
        case oversized
        /// The TLS handshake is refused.
        case handshake
        /// A certificate of an authority that nobody trusts.
        case untrusted
        /// A certificate whose time is over.
        case expired

        var isTLS: Bool { self == .handshake || self == .untrusted || self == .expired }
        /// It takes the client's own time limit to be noticed.
        var isSlow: Bool { self == .slowAnswer || self == .silence }
    }

    var kind: Kind
    /// Names of calls; `nil` for any.
    var operations: Set<String>?
    /// How many calls it still meets.
    var remaining: Int
    /// How many matching calls pass first.
    var skip: Int

    init(_ kind: Kind, _ operations: Set<String>? = nil, times: Int = .max, skip: Int = 0) {
        self.kind = kind
        self.operations = operations
        remaining = times
        self.skip = skip
    }

    var description: String {
        let calls = operations.map { $0.sorted().joined(separator: " or ") } ?? "any call"
        return "\(kind.rawValue) of \(calls)\(remaining == .max ? "" : " × \(remaining)")\(skip == 0 ? "" : " after \(skip)")"
    }
}
