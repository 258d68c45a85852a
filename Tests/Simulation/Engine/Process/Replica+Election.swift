import Model
import Reconciliation
import Sandbox

/// The shell of the election, as `Elector` is: each call counts as lost after five seconds.
extension Replica {
    private static let callLimit = 5000

    func elect(_ input: Election.Input) {
        let effects = election.step(now: moment, input)
        let epoch = epoch
        for effect in effects where epoch == self.epoch {
            switch effect {
            case .leading(let leads):
                sim.trace.add(sim.now, leads ? 20 : 21, number, "\(name) \(leads ? "leads" : "leads no more")")
                sim.disturb(for: Convergence.takeOver)
                // Told anew to who leads next, as far as they stand on the lease then.
                if !leads {
                    openApprovals = [:]
                    losses += 1
                }
                for loop in loops { loop.send(.leading(leads)) }
            case .approved(let digest): approved(digest)
            case .wait(let duration): after(Int(duration.milliseconds)) { [unowned self] in elect(.elapsed) }
            case .read: read()
            case .create(let lease): write(.createLease, lease)
            case .update(let lease): write(.updateLease, lease)
            }
        }
        if !mayWrite { sim.note(.gaveUp(number)) }
    }

    private func read() {
        limited(
            { token, done in
                self.kubernetes(.getLease, "lease", limit: Self.callLimit, gated: false, token) { [sim] _ in
                    guard let object = sim.world.kubernetes.object(.leases, Self.leaseKey) else { return .success(Lease?.none) }
                    return .success(NodeReading.lease(object))
                } done: {
                    done($0)
                }
            },
            { [unowned self] in
                if case .success(let lease?) = $0, let holder = lease.holderIdentity, !holder.isEmpty, holder != identity {
                    sim.note(.gaveUp(number))
                }
                elect(.read($0))
            })
    }

    static let leaseKey = KubernetesObjectKey(namespace: Stage.namespace, name: Stage.leaseName)

    private func write(_ kind: CallKind, _ lease: Lease) {
        limited(
            { token, done in
                var sentAt = 0
                self.kubernetes(kind, "lease", limit: Self.callLimit, gated: false, token, sending: { [sim] in sentAt = sim.now }) {
                    [sim] _ in
                    sim.apply(kind, lease)
                } done: { [unowned self] result in
                    if case .success = result, lease.holderIdentity == identity { sim.note(.renewed(number, sentAt: sentAt)) }
                    done(result)
                }
            }, { [unowned self] in elect(.written($0)) })
    }

    /// A call that takes too long counts as lost.
    private func limited<Value>(
        _ call: (Cancellation, @escaping (Result<Value, APIError>) -> Void) -> Void, _ done: @escaping (Result<Value, APIError>) -> Void
    ) {
        let token = Cancellation()
        func once(_ result: Result<Value, APIError>) {
            guard !token.isCancelled else { return }
            token.cancel()
            done(result)
        }
        after(Self.callLimit) {
            once(
                .failure(
                    APIError(
                        api: .kubernetes, operation: "lease", resource: "lease", code: "timeout", message: "no answer",
                        disposition: .retry(after: nil),
                        mayHaveTakenEffect: true)))
        }
        call(token, once)
    }
}

extension Simulator {
    /// As `KubernetesClient.updateLease` and `LeaseAdapter` write it: the approvals as they stand in the lease, or taken off. An empty
    /// resourceVersion is none: the patch is for whatever is there.
    private static func metadata(of lease: Lease) -> JSONValue {
        let approvals = lease.annotations[Election.approvalAnnotation].map { JSONValue.string($0) } ?? .null
        var metadata: [String: JSONValue] = ["annotations": .object([Election.approvalAnnotation: approvals])]
        if !lease.resourceVersion.isEmpty { metadata["resourceVersion"] = .string(lease.resourceVersion) }
        return .object(metadata)
    }

    /// Creates or patches the Lease in the world.
    func apply(_ kind: CallKind, _ lease: Lease) -> Result<Lease, Refusal> {
        do throws(KubernetesStatus) {
            let object: JSONValue
            if kind == .createLease {
                object = try world.kubernetes.create(
                    .leases, namespace: Stage.namespace,
                    [
                        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                        "metadata": ["name": .string(lease.name), "namespace": .string(lease.namespace)],
                        "spec": NodeReading.spec(of: lease),
                    ], now: wall)
            } else {
                object = try world.kubernetes.patch(
                    .leases, namespace: Stage.namespace, name: lease.name, isStatus: false,
                    .merge([
                        "metadata": Self.metadata(of: lease),
                        "spec": NodeReading.spec(of: lease),
                    ]))
            }
            return .success(NodeReading.lease(object))
        } catch {
            return .failure(Refusal(error.code, error.reason, error.message))
        }
    }
}
