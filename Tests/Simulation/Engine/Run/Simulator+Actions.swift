import Model
import Planning
import Reconciliation
import Sandbox

/// What happens in the world without the tool. What an action is about is chosen among what there is, by its numbers.
extension Simulator {
    func perform(_ action: WorldAction) {
        trace.add(now, 40, action.first, "WORLD \(action.kind.rawValue) \(action.first) \(action.second)")
        coverage.count(action.kind)
        if action.kind.changesTheWorld { edit() }
        switch action.kind {
        case .addNode, .removeNode, .preempt, .recreate, .leavePool, .joinPool, .touchNode, .scribbleClaim, .eraseClaim, .takeOff,
            .putOn:
            changeNode(action)
        case .reserve, .reserveOtherTier, .release, .unlabel, .label, .reReserve, .takenByVM, .takenByForwardingRule, .takenByRouter,
            .givenBack:
            changeAddress(action)
        case .revokeOurs, .addForeign, .addWide, .addRange, .addAllProtocols, .addGroupSource, .changeDescription, .copyDescription,
            .replaceRule:
            changeRules(action)
        case .setQuota: world.ec2.settings.rulesPerGroup = 3 + action.second % 60
        case .hideGroup: hideGroup(Stage.group(action.second % scenario[.groups]), for: 1000 + action.first * 60)
        case .approve: approve()
        case .deleteLease, .stealLease, .clearLease, .compactHistory: changeLease(action)
        case .crash: replica(action.first).crash(for: action.second)
        case .stop: replica(action.first).stop(for: action.second)
        case .freeze: replica(action.first).freeze(for: action.second)
        case .cutOff:
            let replica = replica(action.first)
            replica.cutOffUntil = max(replica.cutOffUntil, min(now + action.second, scenario[.chaos]))
            disturb(for: action.second + Convergence.takeOver)
        case .clockJump:
            // Signed requests are refused until the clock is corrected.
            replica(action.first).wallOffset += action.second * 1000
            disturb(for: Convergence.takeOver)
        }
        settle(action.kind.changesTheWorld ? .person : .beside)
    }

    private func replica(_ number: Int) -> Replica { replicas[number % replicas.count] }

    // MARK: Nodes

    private func changeNode(_ action: WorldAction) {
        let policy = action.second % stage.policies.count
        let pool = action.kind == .joinPool ? Stage.otherPool : Stage.poolName(policy)
        let plans = world.nodes.values.filter { facts(of: $0) == pool }.sorted { $0.name < $1.name }
        if action.kind == .addNode {
            nextNumber += 1
            world.addNode(stage.node(pool: pool, number: nextNumber, tainted: true), now: wall)
            return
        }
        guard !plans.isEmpty else { return }
        let plan = plans[action.first % plans.count]
        switch action.kind {
        case .removeNode: world.removeNode(plan.name, now: wall)
        case .preempt: world.preempt(plan.name, replacementAfter: .milliseconds(1000 + action.second * 20), now: wall)
        case .recreate: world.recreate(plan.name, now: wall)
        case .leavePool: patch(plan.name, ["metadata": ["labels": ["cloud.google.com/gke-nodepool": .string(Stage.otherPool)]]])
        case .joinPool: patch(plan.name, ["metadata": ["labels": ["cloud.google.com/gke-nodepool": .string(Stage.poolName(policy))]]])
        case .touchNode: world.kubernetes.setReady(node: plan.name, action.second % 2 == 0, now: wall)
        case .scribbleClaim: setClaim(plan, .string(action.second % 2 == 0 ? "nonsense" : "{\"policy\":\"orders-db\"}"))
        case .eraseClaim: setClaim(plan, .null)
        case .takeOff:
            world.compute.takeOff(plan.instance)
            after(500 + action.second * 30) { [unowned self] in
                guard ledger.bared.contains(plan.instance) else { return }
                edit()
                world.compute.putOnEphemeral(plan.instance)
                settle(.person)
            }
        case .putOn: world.compute.replaceWithEphemeral(plan.instance)
        default: break
        }
    }

    /// The pool that a node's labels name now.
    private func facts(of plan: Sandbox.NodePlan) -> String? {
        world.kubernetes.object(.nodes, KubernetesObjectKey(name: plan.name))?[path: [
            "metadata", "labels", "cloud.google.com/gke-nodepool",
        ]]?.string
    }

    private func setClaim(_ plan: Sandbox.NodePlan, _ value: JSONValue) {
        ledger.touchClaim(plan.instance)
        patch(plan.name, ["metadata": ["annotations": [Node.Annotation.claim: value]]])
    }

    private func patch(_ node: String, _ body: JSONValue) {
        _ = try? world.kubernetes.patch(.nodes, namespace: nil, name: node, isStatus: false, .merge(body))
    }

    // MARK: Addresses

    private func changeAddress(_ action: WorldAction) {
        let policy = action.second % stage.policies.count
        let labels = Stage.labels(policy)
        if action.kind == .reserve || action.kind == .reserveOtherTier {
            nextNumber += 1
            // One of another tier is of another region as well, now and then.
            let isElsewhere = action.kind == .reserveOtherTier && action.first % 2 == 0
            let name = Stage.addressName(policy, nextNumber)
            world.compute.reserve(
                isElsewhere ? AddressReference(project: Stage.project, region: Stage.otherRegion, name: name) : Stage.address(name),
                tier: action.kind == .reserve || isElsewhere ? .premium : .standard, labels: labels, now: wall)
            return
        }
        let prefix = policy == 0 ? "orders-" : "billing-"
        let all = world.compute.addresses.values.filter { $0.reference.name.hasPrefix(prefix) }.sorted { $0.reference < $1.reference }
        guard !all.isEmpty else { return }
        let address = all[action.first % all.count]
        switch action.kind {
        case .release: release(address)
        case .unlabel: world.compute.relabel(address.reference, [:])
        case .label: world.compute.relabel(address.reference, labels)
        case .reReserve:
            // Under the old name, with another IP or the same.
            release(address)
            world.compute.reserve(address.reference, ip: action.second % 3 == 0 ? address.ip : nil, labels: labels, now: wall)
        case .takenByVM:
            var template = ComputeWorld.InstanceTemplate(serviceAccount: "default")
            template.natIP = address.ip
            template.networkTier = address.networkTier ?? .premium
            nextNumber += 1
            guard address.users.isEmpty, address.reference.region == Stage.region else { return }
            world.compute.createInstance(
                InstanceReference(project: Stage.project, zone: Stage.zones[0], name: "stranger-\(nextNumber)"), template, now: wall)
        case .takenByForwardingRule:
            if address.users.isEmpty { world.compute.setUser("\(Stage.forwardingRule)-\(address.reference.name)", of: address.reference) }
        case .takenByRouter:
            if address.users.isEmpty { world.compute.setUser("\(Stage.router)-\(address.reference.name)", of: address.reference) }
        case .givenBack:
            for user in address.users {
                if let instance = InstanceReference(selfLink: user) {
                    if instance.name.hasPrefix("stranger-") { world.compute.vanish(instance, now: wall) }
                } else {
                    world.compute.setUser(nil, of: address.reference)
                }
            }
        default: break
        }
    }

    /// As its owner would: taken off what holds it first.
    private func release(_ address: ComputeAddress) {
        for user in address.users { if let instance = InstanceReference(selfLink: user) { world.compute.replaceWithEphemeral(instance) } }
        world.compute.dropAddress(address.reference)
    }

    // MARK: Rules

    private func changeRules(_ action: WorldAction) {
        let group = Stage.group(action.second % scenario[.groups])
        let policy = action.first % stage.policies.count
        guard var rules = world.ec2.groups[group]?.inbound else { return }
        let port = Stage.port(policy)
        func add(_ traffic: Traffic, _ source: SecurityGroupRule.Source, _ text: String = "by hand") {
            let rule = EC2Rule(traffic: traffic, source: source, description: text)
            if !rules.contains(where: { $0.identity == rule.identity }) { rules.append(rule) }
        }
        let ours = rules.indices.filter { (rules[$0].description ?? "").hasPrefix(RuleOwner.prefix) }
        let chosen = ours.isEmpty ? nil : ours[action.first % ours.count]
        let everyone = CIDR(masking: IPAddress(family: .v4, bits: 0), prefixLength: 0)
        switch action.kind {
        case .revokeOurs: if let chosen { rules.remove(at: chosen) }
        // By hand, or by another Drawbridge.
        case .addForeign:
            add(
                Traffic(port), .cidr(Stage.foreign(action.first)),
                action.first % 4 == 0 ? "\(RuleOwner.prefix)elsewhere other-prod/us-east1/egress-1#7" : "by hand")
        case .addWide:
            add(
                Traffic(port),
                .cidr(action.first % 2 == 0 ? everyone : CIDR(masking: IPAddress(family: .v4, bits: 0xCB00_7100), prefixLength: 26)))
        case .addRange: add(Traffic(protocol: .tcp, fromPort: 5000, toPort: 6000), .cidr(Stage.foreign(action.first)))
        case .addAllProtocols: add(Traffic(protocol: .all, fromPort: nil, toPort: nil), .cidr(Stage.foreign(action.first)))
        case .addGroupSource: add(Traffic(port), .securityGroup("sg-0123456789abcdef0", userID: nil))
        case .changeDescription: if let chosen { rules[chosen].description = "edited by hand" }
        case .copyDescription: if let chosen { add(Traffic(port), .cidr(Stage.foreign(action.first)), rules[chosen].description ?? "") }
        case .replaceRule:
            if let chosen {
                let old = rules.remove(at: chosen)
                add(old.traffic, old.source, "replaced by hand")
            }
        default: break
        }
        world.ec2.setInbound(rules, of: group, now: wall)
    }

    /// As EC2 has it of a group that is gone, or not seen by the role: no rules are shown, and every call that names it is refused.
    private func hideGroup(_ reference: SecurityGroupReference, for duration: Int) {
        guard let group = world.ec2.groups[reference] else { return }
        hidden[reference] = group
        world.ec2.removeGroup(reference)
        disturb(for: duration + Convergence.aftermath)
        after(duration) { [unowned self] in
            showGroups([reference])
            settle(.person)
        }
    }

    private func showGroups(_ references: some Sequence<SecurityGroupReference>) {
        for reference in references {
            guard let group = hidden.removeValue(forKey: reference) else { continue }
            edit()
            world.ec2.addGroup(
                id: group.id, name: group.name, region: group.region, account: group.ownerID, vpcID: group.vpcID,
                isDefaultVPC: group.isDefaultVPC, rules: group.inbound)
        }
    }

    /// Somebody approves what is held, as the latest report shows it, on the lease.
    private func approve() {
        let approvals = replicas.flatMap(\.loops).compactMap { $0.latest?.plan.approval }
        guard let approval = approvals.first, let lease = world.kubernetes.object(.leases, Replica.leaseKey) else { return }
        ledger.approve(approval.rules)
        var standing = Approvals(annotation: NodeReading.lease(lease).annotations[Election.approvalAnnotation])
        standing.append(approval.digest)
        _ = try? world.kubernetes.patch(
            .leases, namespace: Stage.namespace, name: Stage.leaseName, isStatus: false,
            .merge(["metadata": ["annotations": [Election.approvalAnnotation: standing.annotation.map { .string($0) } ?? .null]]]))
    }

    // MARK: The API server

    private func changeLease(_ action: WorldAction) {
        func patchLease(_ spec: JSONValue) {
            _ = try? world.kubernetes.patch(
                .leases, namespace: Stage.namespace, name: Stage.leaseName, isStatus: false, .merge(["spec": spec]))
        }
        if action.kind != .compactHistory { ledger.leaseTouched = now }
        disturb(for: Convergence.takeOver + action.second * (action.kind == .stealLease ? 1000 : 0))
        switch action.kind {
        case .deleteLease:
            _ = try? world.kubernetes.delete(.leases, namespace: Stage.namespace, name: Stage.leaseName, options: nil, now: wall)
        case .stealLease:
            patchLease([
                "holderIdentity": "somebody-else", "leaseDurationSeconds": .integer(Int64(action.second)),
                "renewTime": .string(wall.rfc3339Micro),
            ])
        case .clearLease: patchLease(["holderIdentity": ""])
        case .compactHistory: world.kubernetes.forgetHistory(keeping: 0)
        default: break
        }
    }

    /// What people must put right themselves: annotations that can't be read, quotas, a group or an address that is gone. (Clocks stay as they are.)
    func mend() {
        for node in nodes(nil) where node.hasUnreadableClaim {
            patch(node.name, ["metadata": ["annotations": [Node.Annotation.claim: .null]]])
        }
        showGroups(hidden.keys.sorted())
        for instance in ledger.bared.sorted() { world.compute.putOnEphemeral(instance) }
        world.ec2.settings.rulesPerGroup = max(60, world.ec2.settings.rulesPerGroup)
    }
}
