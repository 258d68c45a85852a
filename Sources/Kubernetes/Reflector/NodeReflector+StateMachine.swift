package import Model

extension NodeReflector {
    /// List, watch from there, follow the bookmarks, watch again from the last resourceVersion; list again when the server has
    /// forgotten it.
    ///
    /// Source: Kubernetes documentation, API concepts, "Efficient detection of changes"; client-go, tools/cache Reflector.
    package struct StateMachine: Sendable {
        package enum Input: Hashable, Sendable {
            case start
            case listed(NodeList)
            case listFailed(APIError)
            /// The server has accepted the watch.
            case watchOpened
            case event(WatchEvent)
            /// The watch was refused, or broke off.
            case watchFailed(APIError)
            /// The server closed the watch without an error, as it does after the time it was asked for.
            case watchEnded
            /// The delay asked for by `.wait` has passed.
            case waited
        }

        /// What to do. Each step ends in at most one of `list`, `watch` and `wait`; a watch that is open is closed before it.
        package enum Effect: Hashable, Sendable {
            case notify(NodeChange)
            /// For the log and the metrics: why the nodes are not being watched just now.
            case report(APIError)
            case list
            case watch(resourceVersion: String, timeoutSeconds: Int)
            case wait(Duration)
        }

        private enum State {
            case idle
            case listing
            case opening
            case watching(since: Instant, events: Int)
            case waiting(then: Next)
        }

        private enum Next {
            case list
            case watch
        }

        private let nodesLimit: Int
        private var state = State.idle
        /// What is known, by name.
        package private(set) var nodes: [String: NodeDigest] = [:]
        private var resourceVersion = ""
        /// Failures since something was last heard of a watch.
        private var failures = 0

        private static let base = Duration.milliseconds(800)
        private static let cap = Duration.seconds(30)
        /// A watch that ended sooner than this and brought nothing has failed, whatever the server says: to repeat it at once would
        /// be a storm.
        private static let shortestWatch = Duration.seconds(1)

        /// - Parameter nodesLimit: digests kept at most. A node beyond it is reported with each of its events.
        package init(nodesLimit: Int) { self.nodesLimit = nodesLimit }

        /// How many nodes are known.
        var count: Int { nodes.count }

        /// - Parameter unit: a random number of 0..<1, for jitter.
        package mutating func step(_ input: Input, at moment: Moment, unit: Double) -> [Effect] {
            switch (state, input) {
            case (.idle, .start):
                state = .listing
                return [.list]
            case (.listing, .listed(let list)): return take(list, unit: unit)
            case (.listing, .listFailed(let error)): return [.report(error)] + backOff(then: .list, after: error, unit: unit)
            case (.opening, .watchOpened):
                state = .watching(since: moment.instant, events: 0)
                return []
            case (.opening, .watchFailed(let error)), (.watching, .watchFailed(let error)): return watchFailed(error, unit: unit)
            case (.watching(let since, let events), .event(let event)):
                state = .watching(since: since, events: events + 1)
                return take(event, unit: unit)
            case (.watching(let since, let events), .watchEnded):
                if events > 0 || moment.instant - since >= Self.shortestWatch {
                    failures = 0
                    return watch(unit: unit)
                }
                return backOff(then: .watch, after: nil, unit: unit)
            case (.waiting(let next), .waited):
                switch next {
                case .list:
                    state = .listing
                    return [.list]
                case .watch: return watch(unit: unit)
                }
            default: return []
            }
        }

        private mutating func watch(unit: Double) -> [Effect] {
            state = .opening
            // 5 to 10 minutes, spread so that replicas and reflectors don't come back together. Source: client-go, minWatchTimeout.
            return [.watch(resourceVersion: resourceVersion, timeoutSeconds: 300 + Int(300 * min(max(unit, 0), 0.999)))]
        }

        private mutating func watchFailed(_ error: APIError, unit: Double) -> [Effect] {
            // What may go away by itself is tried again from where the watch was; for all else only a new list tells where to begin.
            if case .retry = error.disposition { return [.report(error)] + backOff(then: .watch, after: error, unit: unit) }
            return relist(error, unit: unit)
        }

        /// The first time at once: history that was compacted is no fault.
        private mutating func relist(_ error: APIError, unit: Double) -> [Effect] {
            if Mutant.watchesOnFromTheForgotten.isActive { return backOff(then: .watch, after: nil, unit: unit) }
            failures += 1
            guard failures > 1 || error.disposition != .reread else {
                state = .listing
                return [.list]
            }
            failures -= 1
            return [.report(error)] + backOff(then: .list, after: error, unit: unit)
        }

        /// Exponential with equal jitter, and never before the server's own delay.
        private mutating func backOff(then next: Next, after error: APIError?, unit: Double) -> [Effect] {
            failures += 1
            let ceiling = min(Self.cap.inSeconds, Self.base.inSeconds * Double(1 << min(failures - 1, 20)))
            var delay = Duration.milliseconds(Int64(ceiling * (0.5 + 0.5 * min(max(unit, 0), 1)) * 1000))
            if case .retry(let named?) = error?.disposition { delay = max(delay, named) }
            if Mutant.watchesAgainAtOnce.isActive { delay = .zero }
            state = .waiting(then: next)
            return [.wait(delay)]
        }
    }
}

extension NodeReflector.StateMachine {
    private mutating func take(_ list: NodeList, unit: Double) -> [Effect] {
        var effects: [Effect] = []
        var listed: Set<String> = []
        for node in list.items {
            listed.insert(node.name)
            if let change = note(node) { effects.append(.notify(change)) }
        }
        for name in nodes.keys.filter({ !listed.contains($0) }).sorted() where !Mutant.keepsWhatAListLacks.isActive {
            nodes[name] = nil
            effects.append(.notify(.disappeared(name: name)))
        }
        resourceVersion = list.resourceVersion
        return effects + watch(unit: unit)
    }

    private mutating func take(_ event: WatchEvent, unit: Double) -> [Effect] {
        switch event {
        case .modified where Mutant.dropsModifications.isActive, .deleted where Mutant.dropsDeletions.isActive: return []
        case .added(let node), .modified(let node):
            failures = 0
            resourceVersion = node.resourceVersion
            return note(node).map { [.notify($0)] } ?? []
        case .deleted(let node):
            failures = 0
            resourceVersion = node.resourceVersion
            return forget(node).map { [.notify($0)] } ?? []
        case .bookmark(let version):
            failures = 0
            resourceVersion = version
            return []
        case .error(let code, let reason, let message):
            let error = APIError(
                api: .kubernetes, operation: KubernetesPermissions.watchNodes.description, resource: "nodes", code: reason,
                httpStatus: code, message: message, disposition: code == 410 ? .reread : .retry(after: nil))
            return relist(error, unit: unit)
        }
    }

    private mutating func note(_ node: Node) -> NodeChange? {
        let digest = NodeDigest(node)
        guard let known = nodes[node.name] else {
            if nodes.count < nodesLimit { nodes[node.name] = digest }
            return .appeared(name: node.name)
        }
        guard known != digest else { return nil }
        nodes[node.name] = digest
        return Mutant.tellsNoChanges.isActive ? nil : .changed(name: node.name)
    }

    /// The deletion of an earlier node of the same name says nothing about the one that is there.
    private mutating func forget(_ node: Node) -> NodeChange? {
        guard let known = nodes[node.name] else { return nodes.count < nodesLimit ? nil : .disappeared(name: node.name) }
        guard known.uid == node.uid else { return nil }
        nodes[node.name] = nil
        return .disappeared(name: node.name)
    }
}
