package import Model

/// The Lease that elects the one writer.
package protocol LeasePort: Sendable {
    /// `nil` when there is none yet.
    func lease() async throws(APIError) -> Lease?
    /// Fails with `.reread` when there is one already.
    func create(_ lease: Lease) async throws(APIError) -> Lease
    /// Writes holder, times, duration, transitions and the annotation of approvals, with the resourceVersion as precondition: a lease
    /// that changed meanwhile is `.reread`.
    func update(_ lease: Lease) async throws(APIError) -> Lease
}
