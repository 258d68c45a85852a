import AWS
import Model
import Sandbox

/// Calls of EC2 as `AWSQueryClient.perform` makes them.
extension Replica {
    private func ec2<Value>(
        _ kind: CallKind, _ group: SecurityGroupReference, _ token: Cancellation, sending: @escaping () -> Void = {},
        effect: @escaping (Bend) -> Result<Value, Refusal>, done: @escaping (Result<Value, APIError>) -> Void
    ) {
        var attempts = QueryAttempts(policy: kind.writes ? .writes : .reads, start: sim.instant, signed: true)
        let resource = group.id
        let term = losses
        func send(after previous: APIError?, _ outcome: Outcome? = nil) {
            if let closed = kind.writes ? gate(.ec2, kind, resource, term, after: previous) : nil { return done(.failure(closed)) }
            let ahead = clients.skew.ahead
            let signedAt = moment.wall + ahead
            sending()
            if let outcome { sim.note(.repeats(number, epoch, kind, resource, outcome)) }
            sim.attempt(kind, resource, from: self, limit: 30_000) { [sim] bend in
                // Signatures hold for five minutes.
                let difference = signedAt - sim.wall
                guard difference > .seconds(-300), difference < .seconds(300) else { return .failure(Refusal(400, "RequestExpired")) }
                return effect(bend)
            } done: { [unowned self] (answer: Answer<Value>) in
                let failure: QueryFailure
                switch answer {
                case .value(let value): return done(.success(value))
                case .refused(let refusal): failure = self.failure(kind, resource, refusal, ahead)
                case .broken(let received): failure = self.failure(kind, resource, received: received, ahead)
                }
                guard !token.isCancelled else { return done(.failure(failure.error)) }
                let decision = attempts.decide(
                    after: failure, skew: clients.skew, now: sim.instant, unit: unit(), budget: &clients[kind.purse])
                let outcome = Outcome(answer, kind, at: sim.now)
                switch decision {
                case .giveUp(let error): done(.failure(error))
                case .correctClock, .renewCredentials: send(after: failure.error)
                case .again(let delay):
                    after(Int(delay.milliseconds)) {
                        if token.isCancelled { done(.failure(failure.error)) } else { send(after: failure.error, outcome) }
                    }
                }
            }
        }
        send(after: nil)
    }

    /// As `QueryReading.refusal`.
    private func failure(_ kind: CallKind, _ resource: String, _ refusal: Refusal, _ ahead: Duration) -> QueryFailure {
        let kindOfError = AWSErrorClass(code: refusal.code, status: refusal.status)
        let error = APIError(
            api: .ec2, operation: kind.operation, resource: resource, code: refusal.code, httpStatus: refusal.status,
            message: refusal.message,
            disposition: kindOfError.disposition(writes: kind.writes, retryAfter: refusal.retryAfter),
            mayHaveTakenEffect: kind.writes && kindOfError == .fault)
        return QueryFailure(error: error, kind: kindOfError, serverDate: sim.wall, receivedAt: moment.wall, signedAhead: ahead)
    }

    /// As `QueryReading.failure(of:at:)`.
    private func failure(_ kind: CallKind, _ resource: String, received: Bool, _ ahead: Duration) -> QueryFailure {
        let lost = kind.writes && received
        let error = APIError(
            api: .ec2, operation: kind.operation, resource: resource, code: received ? "interrupted" : "connect", message: "",
            disposition: lost ? .reread : .retry(after: nil), mayHaveTakenEffect: lost)
        return QueryFailure(error: error, kind: nil, serverDate: nil, receivedAt: moment.wall, signedAhead: ahead)
    }

    /// As `EC2Client.describeSecurityGroup`: of a group that it does not know EC2 shows no rules.
    func describe(_ group: SecurityGroupReference, _ token: Cancellation, _ done: @escaping (Result<SecurityGroup, APIError>) -> Void) {
        func believe(_ rules: [SecurityGroupRule]) {
            let reading = SecurityGroup(reference: group, rules: rules)
            sim.note(.read(number, epoch, reading))
            done(.success(reading))
        }
        ec2(.describeRules, group, token) { [sim] bend -> Result<[SecurityGroupRule], Refusal> in
            let lag = max(bend.stale, sim.isChaotic ? sim.scenario[.describeLag] : 0)
            let rules = sim.past.rules(group, at: sim.now - lag)
            if bend.stale > 0 && rules != sim.world.ec2.groups[group]?.inbound { bend.bites() }
            return .success(
                (rules ?? []).map {
                    SecurityGroupRule(id: $0.id, traffic: $0.traffic, source: $0.source, description: $0.description ?? "")
                })
        } done: { [unowned self] result in
            switch result {
            case .failure(let error): done(.failure(error))
            case .success(let rules) where EC2Client.isDoubtful(rules):
                confirmEmpty(group, token) { if let error = $0 { done(.failure(error)) } else { believe(rules) } }
            case .success(let rules): believe(rules)
            }
        }
    }

    /// DescribeSecurityGroups may answer from a state of another age than DescribeSecurityGroupRules.
    private func confirmEmpty(_ group: SecurityGroupReference, _ token: Cancellation, _ done: @escaping (APIError?) -> Void) {
        ec2(.describeGroups, group, token) { [sim] _ -> Result<Bool, Refusal> in
            sim.world.ec2.groups[group].map { .success($0.inbound.isEmpty) } ?? .failure(Refusal(400, "InvalidGroup.NotFound"))
        } done: { result in
            switch result {
            case .success(let isEmpty):
                done(
                    isEmpty
                        ? nil
                        : APIError(
                            api: .ec2, operation: CallKind.describeGroups.operation, resource: group.id, code: "contradiction",
                            httpStatus: 200,
                            message: "", disposition: .reread))
            case .failure(let error): done(error)
            }
        }
    }

    func authorize(_ group: SecurityGroupReference, _ permissions: [IpPermission], _ done: @escaping (Result<Void, APIError>) -> Void) {
        ec2(.authorizeIngress, group, Cancellation()) { [sim] _ in
            sim.change { (world) throws(AWSError) in
                _ = try world.ec2.authorize(
                    permissions.map { EC2Rule(traffic: $0.traffic, source: .cidr($0.cidr), description: $0.description) }, group: group.id,
                    region: group.region, now: sim.wall)
            }
        } done: {
            done($0)
        }
    }

    func revoke(_ group: SecurityGroupReference, _ rules: [SecurityGroupRule], _ done: @escaping (Result<Void, APIError>) -> Void) {
        let ids = Set(rules.map(\.id)).sorted()
        ec2(.revokeIngress, group, Cancellation()) { [sim] _ in
            sim.change { (world) throws(AWSError) in
                _ = try world.ec2.revoke(ids: ids, group: group.id, region: group.region, now: sim.wall)
            }
        } done: {
            done($0)
        }
    }
}

extension Simulator {
    fileprivate func change(_ edit: (inout World) throws(AWSError) -> Void) -> Result<Void, Refusal> {
        do throws(AWSError) {
            try edit(&world)
            return .success(())
        } catch {
            return .failure(Refusal(error.status, error.code, error.message))
        }
    }
}
