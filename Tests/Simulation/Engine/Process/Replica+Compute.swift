import GCP
import Model
import Sandbox

/// Calls of Compute Engine as `ComputeClient` makes them: retries, then the wait for the operation.
extension Replica {
    private func compute<Value>(
        _ kind: CallKind, _ resource: String, limit: Duration? = nil, _ token: Cancellation, sending: @escaping () -> Void = {},
        effect: @escaping (Bend) -> Result<Value, Refusal>, done: @escaping (Result<Value, APIError>) -> Void
    ) {
        let standard = ComputeClient.Retries.standard
        var policy = kind.writes ? standard.writes : standard.reads
        if let limit { policy.total = min(policy.total, limit) }
        var retry = Retry(policy: policy, start: sim.instant)
        var mayHaveTakenEffect = false
        let term = losses
        func send(after previous: APIError?, _ outcome: Outcome? = nil) {
            if let closed = kind.writes ? gate(.compute, kind, resource, term, after: previous) : nil { return done(.failure(closed)) }
            sending()
            if let outcome { sim.note(.repeats(number, epoch, kind, resource, outcome)) }
            sim.attempt(kind, resource, from: self, limit: 30_000, effect: effect) { [unowned self] answer in
                var failure: APIError
                switch answer {
                case .value(let value): return done(.success(value))
                case .refused(let refusal): failure = error(kind, resource, refusal)
                case .broken(let received): failure = Self.broken(kind, resource, received: received)
                }
                mayHaveTakenEffect = mayHaveTakenEffect || failure.mayHaveTakenEffect
                failure.mayHaveTakenEffect = mayHaveTakenEffect
                guard !token.isCancelled else { return done(.failure(failure)) }
                let decision = retry.decide(
                    after: failure.disposition, now: sim.instant, unit: unit(), budget: &clients[kind.purse])
                guard case .again(let delay) = decision else { return done(.failure(failure)) }
                let outcome = Outcome(answer, kind, at: sim.now)
                after(Int(delay.milliseconds)) {
                    if token.isCancelled { done(.failure(failure)) } else { send(after: failure, outcome) }
                }
            }
        }
        send(after: nil)
    }

    private func error(_ kind: CallKind, _ resource: String, _ refusal: Refusal) -> APIError {
        let finding = ComputeErrorTable.Finding(
            status: refusal.status, codes: [refusal.code], message: refusal.message, isWrite: kind.writes, retryAfter: refusal.retryAfter)
        let verdict = ComputeErrorTable.verdict(finding, wall: moment.wall, unit: unit())
        return APIError(
            api: .compute, operation: kind.operation, resource: resource, code: refusal.code, httpStatus: refusal.status,
            message: refusal.message,
            disposition: verdict.disposition, mayHaveTakenEffect: kind.writes && (refusal.status >= 500 || refusal.status == 408))
    }

    private static func broken(_ kind: CallKind, _ resource: String, received: Bool) -> APIError {
        APIError(
            api: .compute, operation: kind.operation, resource: resource, code: received ? "interrupted" : "connect", message: "",
            disposition: .retry(after: nil), mayHaveTakenEffect: kind.writes && received)
    }

    // MARK: Readings

    func addresses(
        _ kind: CallKind, _ matches: @escaping (Address) -> Bool, _ token: Cancellation,
        _ done: @escaping (Result<AddressListing, APIError>) -> Void
    ) {
        var gathered = AddressListing(addresses: [], unknownRegions: [:])
        // As AddressCollector: what one page casts doubt on is unknown as a whole.
        func page(after last: AddressReference?) {
            compute(kind, last.map { "addresses after \($0.name)" } ?? "addresses", token) { [sim] bend in
                .success(sim.page(of: sim.listing(matches, bend), after: last))
            } done: { (result: Result<(part: AddressListing, next: AddressReference?), APIError>) in
                switch result {
                case .failure(let error): done(.failure(error))
                case .success(let (part, next)):
                    gathered.unknownRegions.merge(part.unknownRegions) { first, _ in first }
                    gathered.addresses = (gathered.addresses + part.addresses).filter {
                        gathered.unknownRegions[$0.reference.region] == nil
                    }
                    if let next { page(after: next) } else { done(.success(gathered)) }
                }
            }
        }
        page(after: nil)
    }

    func address(_ reference: AddressReference, _ token: Cancellation, _ done: @escaping (Result<AddressLookup, APIError>) -> Void) {
        compute(.getAddress, reference.name, token) { [sim] _ in
            do throws(ComputeError) {
                return .success(try sim.world.compute.address(reference))
            } catch {
                return .failure(Refusal(error))
            }
        } done: { [unowned self] (result: Result<ComputeAddress, APIError>) in
            switch result {
            case .success(let found):
                if found.status == .reserved && found.users.isEmpty { sim.note(.looked(number, epoch, reference)) }
                done(.success(.found(found.model)))
            case .failure(let error) where error.isMissing && MissingResource(error.message)?.isAddress(reference) == true:
                done(.success(.gone))
            case .failure(let error): done(.failure(error))
            }
        }
    }

    func instance(_ reference: InstanceReference, _ token: Cancellation, _ done: @escaping (Result<Instance, APIError>) -> Void) {
        compute(.getInstance, reference.name, token) { [sim] _ in
            do throws(ComputeError) {
                return .success(try sim.world.compute.find(reference).model)
            } catch {
                return .failure(Refusal(error))
            }
        } done: {
            done(Self.narrowed($0, to: reference, otherwise: .permanent))
        }
    }

    /// One question for all three resources; an answer holds for ten minutes.
    func missingPermissions(_ instance: InstanceReference, _ done: @escaping (Result<[String], APIError>) -> Void) {
        if let known = clients.permissions[instance.zone], sim.now < known.until { return after(1) { done(.success(known.missing)) } }
        compute(.testPermissions, instance.zone, limit: .seconds(5), Cancellation()) { [sim] _ in
            .success(
                [CallKind.deleteAccessConfig, .addAccessConfig].filter { sim.now < sim.deniedUntil[$0] ?? 0 }.map {
                    "compute.\($0.operation)"
                })
        } done: { [unowned self] (result: Result<[String], APIError>) in
            if case .success(let missing) = result { clients.permissions[instance.zone] = (missing, sim.now + 600_000) }
            done(result)
        }
    }

    // MARK: Access configs

    func detach(
        _ instance: InstanceReference, _ interface: String, _ name: String, _ requestID: String,
        _ done: @escaping (Result<Void, APIError>) -> Void
    ) {
        let caller = ComputeWorld.Caller(user: "drawbridge", requestID: requestID)
        complete(
            .deleteAccessConfig, instance, sending: { [unowned self] in sim.note(.detaches(number, epoch, instance, requestID)) },
            { [sim] () throws(ComputeError) in
                try sim.world.compute.deleteAccessConfig(name, from: instance, networkInterface: interface, caller: caller, now: sim.wall)
            }, done)
    }

    func attach(
        _ instance: InstanceReference, _ interface: String, _ name: String, _ natIP: IPAddress?, _ tier: NetworkTier, _ requestID: String,
        _ done: @escaping (Result<Void, APIError>) -> Void
    ) {
        let caller = ComputeWorld.Caller(user: "drawbridge", requestID: requestID)
        let config = AccessConfig(name: name, natIP: natIP, networkTier: tier)
        complete(
            .addAccessConfig, instance, sending: { [unowned self] in sim.note(.attaches(number, epoch, instance, natIP, requestID)) },
            { [sim] () throws(ComputeError) in
                try sim.world.compute.addAccessConfig(config, to: instance, networkInterface: interface, caller: caller, now: sim.wall)
            }, done)
    }

    private static let operationLimit = 300_000

    private func complete(
        _ kind: CallKind, _ instance: InstanceReference, sending: @escaping () -> Void,
        _ begin: @escaping () throws(ComputeError) -> ComputeOperation,
        _ done: @escaping (Result<Void, APIError>) -> Void
    ) {
        let start = sim.now
        func finish(_ result: Result<Void, APIError>) { done(Self.narrowed(result, to: instance, otherwise: .reread)) }
        compute(kind, instance.name, limit: .milliseconds(Self.operationLimit), Cancellation(), sending: sending) { [sim] bend in
            do throws(ComputeError) {
                let operation = try begin()
                if bend.failsOperation {
                    if !operation.isDone { bend.bites() }
                    sim.world.compute.failOperation(
                        operation.name, with: .init(code: "INTERNAL_ERROR", message: "Internal error. Please try again.", httpStatus: 500))
                }
                return .success(operation)
            } catch {
                return .failure(Refusal(error))
            }
        } done: { [unowned self] (result: Result<ComputeOperation, APIError>) in
            switch result {
            case .failure(let error): finish(.failure(error))
            case .success(let operation):
                follow(
                    kind, operation, instance, OperationPolling(start: Instant(sinceOrigin: .milliseconds(1_000_000 + start))),
                    deadline: start + Self.operationLimit, finish)
            }
        }
    }

    /// As `ComputeClient.finish`.
    private func follow(
        _ kind: CallKind, _ operation: ComputeOperation, _ instance: InstanceReference, _ polling: OperationPolling, deadline: Int,
        _ done: @escaping (Result<Void, APIError>) -> Void
    ) {
        var polling = polling
        func error(_ code: String, _ disposition: APIError.Disposition) -> APIError {
            APIError(
                api: .compute, operation: kind.operation, resource: instance.name, code: code, message: "", disposition: disposition,
                mayHaveTakenEffect: true)
        }
        if operation.isDone {
            guard let failure = operation.failure else { return done(.success(())) }
            let finding = ComputeErrorTable.Finding(
                status: failure.httpStatus, codes: [failure.code], message: failure.message, isWrite: true)
            let verdict = ComputeErrorTable.verdict(finding, wall: moment.wall, unit: unit())
            var result = error(failure.code, verdict.disposition)
            result.message = failure.message
            result.mayHaveTakenEffect = false
            return done(.failure(result))
        }
        guard sim.now < deadline else { return done(.failure(error("operation-timeout", .reread))) }
        let pause = polling.pause(now: sim.instant, unit: unit()).map { min(Int($0.milliseconds), deadline - sim.now) } ?? 0
        let poll = { [unowned self] in
            let asked = sim.now
            self.poll(operation, waits: polling.waits, remaining: deadline - asked) { [unowned self] result in
                switch result {
                case .success(let latest):
                    polling.answered(after: .milliseconds(sim.now - asked))
                    follow(kind, latest, instance, polling, deadline: deadline, done)
                case .failure(let failure):
                    guard polling.failed(failure, now: sim.instant) else {
                        return done(.failure(error(failure.code, failure.isDenied ? .denied : .reread)))
                    }
                    follow(kind, operation, instance, polling, deadline: deadline, done)
                }
            }
        }
        if pause > 0 { after(pause, poll) } else { poll() }
    }

    private func poll(
        _ operation: ComputeOperation, waits: Bool, remaining: Int, _ done: @escaping (Result<ComputeOperation, APIError>) -> Void
    ) {
        let hold = { [sim] in
            guard waits,
                let current = try? sim.world.compute.operation(project: operation.project, scope: operation.scope, name: operation.name),
                !current.isDone
            else { return 0 }
            return min(Int((current.dueAt - sim.wall).milliseconds), min(120_000, remaining))
        }
        sim.attempt(.waitOperation, operation.type, from: self, limit: min(130_000, remaining + 10_000), hold: hold) { [sim] _ in
            do throws(ComputeError) {
                return .success(try sim.world.compute.operation(project: operation.project, scope: operation.scope, name: operation.name))
            } catch {
                return .failure(Refusal(error))
            }
        } done: { [unowned self] (answer: Answer<ComputeOperation>) in
            switch answer {
            case .value(let latest): done(.success(latest))
            case .refused(let refusal): done(.failure(error(.waitOperation, operation.type, refusal)))
            case .broken(let received): done(.failure(Self.broken(.waitOperation, operation.type, received: received)))
            }
        }
    }

    /// As `ComputeClient.narrowed`.
    private static func narrowed<Value>(
        _ result: Result<Value, APIError>, to instance: InstanceReference, otherwise: APIError.Disposition
    ) -> Result<Value, APIError> {
        result.mapError { error in
            guard error.isMissing, MissingResource(error.message)?.isInstance(instance) != true else { return error }
            var error = error
            error.disposition = otherwise
            return error
        }
    }
}
