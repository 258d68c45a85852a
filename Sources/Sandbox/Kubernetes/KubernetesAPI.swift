package import Model

/// The Kubernetes API over HTTP: takes a request, answers from the store.
package struct KubernetesAPI: Sendable {
    package struct Settings: Hashable, Sendable {
        /// Between BOOKMARK events of a watch that asked for them.
        package var bookmarkInterval: Duration
        /// A watch that named no `timeoutSeconds` ends after this.
        package var watchTimeout: Duration
        /// Whether a watch from too old a resourceVersion answers HTTP 410, or HTTP 200 with an ERROR event; the API server does either.
        package var answersExpiredWatchWithStatus: Bool
        /// Of a request's body, in bytes.
        package var bodyLimit: Int

        package init(
            bookmarkInterval: Duration = .seconds(5), watchTimeout: Duration = .seconds(1800),
            answersExpiredWatchWithStatus: Bool = false, bodyLimit: Int = 3 << 20
        ) {
            self.bookmarkInterval = bookmarkInterval
            self.watchTimeout = watchTimeout
            self.answersExpiredWatchWithStatus = answersExpiredWatchWithStatus
            self.bodyLimit = bodyLimit
        }
    }

    package let access: any KubernetesAccess
    package let settings: Settings
    package let runtime: Runtime

    package init(access: any KubernetesAccess, settings: Settings, runtime: Runtime) {
        self.access = access
        self.settings = settings
        self.runtime = runtime
    }

    package func respond(to request: KubernetesRequest) async -> KubernetesReply {
        KubernetesReply(status: 404, headers: [], body: .whole([]))
    }
}
