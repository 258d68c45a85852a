package import Model

/// The time that the end of credentials is judged by: this machine's, corrected by what AWS's answers have shown.
package struct CredentialsClock: Sendable {
    private let runtime: Runtime
    private let skew: ClockSkew

    package init(runtime: Runtime, skew: ClockSkew) {
        self.runtime = runtime
        self.skew = skew
    }

    /// - Parameter end: a time that someone wrote down, so of a clock that is right.
    /// - Returns: that time as this machine's clock will show it; `nil` when it has passed.
    func remaining(until end: Timestamp) -> Timestamp? {
        let local = end + (.zero - skew.ahead)
        return local > runtime.now().wall ? local : nil
    }
}
