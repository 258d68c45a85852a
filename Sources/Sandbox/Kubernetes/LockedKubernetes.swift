import Locking

/// A store on its own behind a lock, where there is no world around it.
package final class LockedKubernetes: KubernetesAccess {
    private let store: Locked<KubernetesStore>
    private let notifier = KubernetesChangeNotifier()

    package init(_ store: KubernetesStore) { self.store = Locked(store) }

    package func read<Result>(
        _ body: (KubernetesStore) throws(KubernetesStatus) -> Result
    ) throws(KubernetesStatus) -> Result {
        try body(store.withLock { $0 })
    }

    package func write<Result>(
        _ body: (inout KubernetesStore) throws(KubernetesStatus) -> Result
    ) throws(KubernetesStatus) -> Result {
        let (result, isChanged) = try store.withLock { (store) throws(KubernetesStatus) in
            let before = store.resourceVersion
            let result = try body(&store)
            return (result, store.resourceVersion != before)
        }
        if isChanged { notifier.notify() }
        return result
    }

    package func changes() -> AsyncStream<Void> { notifier.subscribe() }
}
