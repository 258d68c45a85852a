package import Model

/// Tells when a node appears, disappears, or changes in what matters to Drawbridge. It keeps digests, not nodes.
package struct NodeReflector: Sendable {
    private let client: KubernetesClient
    private let selector: LabelSelector?
    private let runtime: Runtime
    private let onChange: @Sendable (NodeChange) -> Void
    private let onTrouble: @Sendable (APIError) -> Void

    /// Digests kept at most: about twice the nodes of the largest clusters.
    private static let nodesLimit = 20_000

    /// - Parameters:
    ///   - onChange: called for each change, one after another; also for every node of the first list. It must not block.
    ///   - onTrouble: called when nodes can't be listed or watched just now; the reflector goes on by itself.
    package init(
        client: KubernetesClient, selector: LabelSelector?, runtime: Runtime, onChange: @escaping @Sendable (NodeChange) -> Void,
        onTrouble: @escaping @Sendable (APIError) -> Void
    ) {
        self.client = client
        self.selector = selector
        self.runtime = runtime
        self.onChange = onChange
        self.onTrouble = onTrouble
    }

    /// Runs until its task is cancelled.
    package func run() async {
        var machine = StateMachine(nodesLimit: Self.nodesLimit)
        var next = perform(machine.step(.start, at: runtime.now(), unit: runtime.unit()))
        while let effect = next, !Task.isCancelled {
            switch effect {
            case .list: next = perform(step(&machine, await list()))
            case .watch(let version, let seconds): next = await watch(&machine, version, seconds)
            case .wait(let delay):
                do { try await runtime.sleep(delay) } catch { return }
                next = perform(step(&machine, .waited))
            case .notify, .report: return
            }
        }
    }

    private func step(_ machine: inout StateMachine, _ input: StateMachine.Input) -> [StateMachine.Effect] {
        machine.step(input, at: runtime.now(), unit: runtime.unit())
    }

    /// Performs what takes no time, and returns the one effect that does.
    private func perform(_ effects: [StateMachine.Effect]) -> StateMachine.Effect? {
        var lasting: StateMachine.Effect?
        for effect in effects {
            switch effect {
            case .notify(let change): onChange(change)
            case .report(let error): if !Task.isCancelled { onTrouble(error) }
            case .list, .watch, .wait: lasting = effect
            }
        }
        return lasting
    }

    private func list() async -> StateMachine.Input {
        do { return .listed(try await client.listNodes(selector)) } catch { return .listFailed(error) }
    }

    /// Reads one watch to its end; leaving it closes the connection.
    private func watch(_ machine: inout StateMachine, _ version: String, _ seconds: Int) async -> StateMachine.Effect? {
        do {
            let watch = try await client.watchNodes(selector, resourceVersion: version, timeoutSeconds: seconds)
            if let next = perform(step(&machine, .watchOpened)) { return next }
            for try await event in watch {
                if let next = perform(step(&machine, .event(event))) { return next }
            }
            return perform(step(&machine, .watchEnded))
        } catch {
            return perform(step(&machine, .watchFailed(error)))
        }
    }
}
