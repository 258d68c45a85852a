/// How the front end reaches the store: whoever holds the world provides this.
package protocol KubernetesAccess: Sendable {
    /// Runs the body on the store as it is now. The body is short and does not call out.
    func read<Result>(_ body: (KubernetesStore) throws(KubernetesStatus) -> Result) throws(KubernetesStatus) -> Result

    /// Runs the body on the store, alone, and wakes the subscribers of `changes` if it changed something.
    func write<Result>(_ body: (inout KubernetesStore) throws(KubernetesStatus) -> Result) throws(KubernetesStatus) -> Result

    /// A subscription: an element soon after every change. Changes may be merged, but none is lost; a watch re-reads the history each time.
    func changes() -> AsyncStream<Void>
}
