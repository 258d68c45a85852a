package import Model

/// A situation to start from: a cluster with a pool of nodes on ephemeral addresses, reserved addresses, and a security group
/// that has drifted.
package struct SandboxScenario: Sendable {
    package var seed: UInt64 = 1
    package var policy = "orders-db"
    package var project = "acme-prod"
    package var projectNumber: UInt64 = 123_456_789_012
    package var region = "europe-west1"
    package var zones = ["europe-west1-b", "europe-west1-c", "europe-west1-d"]
    package var otherRegions = ["us-central1": ["us-central1-a", "us-central1-b"]]
    package var cluster = "prod"
    package var pool = "egress"
    /// Nodes of the pool, each with an ephemeral address.
    package var nodes = 5
    /// Images that each Node's status names.
    package var nodeImages = 0
    package var otherPool = "default-pool"
    /// Nodes that must stay as they are.
    package var otherNodes = 2
    /// Reserved addresses that carry the labels.
    package var addresses = 7
    package var labels = ["drawbridge": "orders-db"]
    package var tier = NetworkTier.premium
    package var startupTaint: String? = "startup-taint.cluster-autoscaler.kubernetes.io/drawbridge"

    package var awsAccount = "111122223333"
    package var awsRegion = "eu-west-1"
    package var securityGroup = "sg-0a1b2c3d4e5f60718"
    package var port = 5432
    /// Rules of this policy for Addresses that are reserved.
    package var admitted = 2
    /// Rules of this policy for Addresses that are gone.
    package var stale = 2
    /// Rules that nobody can account for.
    package var foreign = 1
    /// An inbound block to be kept.
    package var kept = CIDR(masking: IPAddress(family: .v4, bits: 0x0A00_0000), prefixLength: 16)
    package var ruleQuota = 60
    package var compute = ComputeSettings()

    package init() {}

    package var serviceAccount: String { "drawbridge@\(project).iam.gserviceaccount.com" }
    package var group: SecurityGroupReference { SecurityGroupReference(id: securityGroup, region: awsRegion) }
    package var accessKeyID: String { "AKIASANDBOX000000001" }
    package var secretAccessKey: Secret { Secret("sandbox/secret/access/key/of/no/one00001") }
    package var kubernetesToken: Secret { Secret("sandbox-kubernetes-token") }
    /// Can be assumed by the account's keys and by identity tokens of `serviceAccount`.
    package var roleARN: String { "arn:aws:iam::\(awsAccount):role/drawbridge" }

    /// The world at its beginning.
    package func world(now: Timestamp) -> World {
        var random = SplitMix64(seed: seed)
        let user = KubernetesAuthority.User(name: "admin", groups: ["system:masters", "system:authenticated"])
        let machine = GoogleWorld.Machine(
            project: project, projectNumber: projectNumber, zone: zones[0], name: "gke-\(cluster)-controller-0000",
            id: random.numericID(), clusterName: cluster, clusterLocation: region)
        var world = World(
            compute: ComputeWorld(
                projects: [project: projectNumber], regions: otherRegions.merging([region: zones]) { $1 }, settings: compute,
                seed: random.next()),
            ec2: EC2World(seed: random.next()), aws: AWSIdentity(seed: random.next()),
            google: GoogleWorld(
                machine: machine, account: GoogleWorld.ServiceAccount(email: serviceAccount, uniqueID: "104857600000000000001"),
                seed: random.next()),
            // kubectl sends no credentials over plain HTTP: calls without a token are the administrator's.
            kubernetes: KubernetesStore(
                seed: random.next(), authority: KubernetesAuthority(tokens: [kubernetesToken: user], anonymous: user), historyLimit: 1000,
                now: now),
            seed: random.next())
        world.ec2.settings.rulesPerGroup = ruleQuota
        world.settings.nodeImages = nodeImages
        identify(&world)
        reserveAddresses(&world, now: now)
        makeNodes(&world, now: now)
        makeGroup(&world)
        return world
    }

    private func identify(_ world: inout World) {
        world.aws.add(
            AWSIdentity.Credential(
                accessKeyID: accessKeyID, secret: secretAccessKey, account: awsAccount,
                arn: "arn:aws:iam::\(awsAccount):user/sandbox", userID: "AIDASANDBOX0000000001"))
        world.aws.roles[roleARN] = AWSIdentity.Role(
            arn: roleARN, trustedAccounts: [awsAccount],
            trustedIdentities: [
                AWSIdentity.TrustedIdentity(
                    issuer: "https://accounts.google.com", audience: nil, subject: world.google.account.uniqueID)
            ])
    }

    /// The labelled ones, and those that a careless reader would take along: internal, global, without the labels, and one behind
    /// a forwarding rule.
    private func reserveAddresses(_ world: inout World, now: Timestamp) {
        for number in 1...max(1, addresses) where number <= addresses {
            world.compute.reserve(address("egress-\(number)"), tier: tier, labels: labels, now: now)
        }
        world.compute.reserve(address("vpn-gateway"), labels: ["team": "network"], now: now)
        world.compute.reserve(address("internal-lb"), kind: .internal, labels: labels, now: now)
        world.compute.reserve(
            AddressReference(project: project, region: ComputeAddress.globalScope, name: "website"), labels: labels, now: now)
        world.compute.reserve(
            address("ingress"), labels: ["team": "web"],
            users: ["projects/\(project)/regions/\(region)/forwardingRules/ingress"], now: now)
    }

    package func address(_ name: String) -> AddressReference { AddressReference(project: project, region: region, name: name) }

    /// A node of the pool, ready to be added to the world.
    package func nodePlan(_ name: String, zone: String) -> NodePlan { plan(name, pool: pool, zone: zone) }

    private func plan(_ name: String, pool: String, zone: String) -> NodePlan {
        var template = ComputeWorld.InstanceTemplate(serviceAccount: serviceAccount)
        template.isSpot = pool == self.pool
        template.networkTier = tier
        template.labels = ["goog-k8s-cluster-name": cluster, "goog-k8s-node-pool-name": pool]
        let taints = pool == self.pool ? startupTaint.map { [Taint(key: $0, value: nil, effect: "NoSchedule")] } ?? [] : []
        return NodePlan(
            instance: InstanceReference(project: project, zone: zone, name: name), pool: pool, taints: taints, template: template)
    }

    private func makeNodes(_ world: inout World, now: Timestamp) {
        let delay = world.settings.nodeJoinDelay
        world.settings.nodeJoinDelay = .zero
        for (pool, count) in [(pool, nodes), (otherPool, otherNodes)] {
            for number in 0..<count {
                let name = "gke-\(cluster)-\(pool)-\(world.random.hex(4))"
                world.addNode(plan(name, pool: pool, zone: zones[number % zones.count]), now: now)
            }
        }
        world.settings.nodeJoinDelay = delay
    }

    private func makeGroup(_ world: inout World) {
        let traffic = Traffic(protocol: .tcp, fromPort: port, toPort: port)
        var rules = [
            EC2Rule(traffic: traffic, source: .cidr(kept), description: "peered VPC"),
            EC2Rule(traffic: Traffic(protocol: .tcp, fromPort: 22, toPort: 22), source: .cidr(kept), description: "bastion"),
        ]
        for number in 1...max(1, admitted) where number <= min(admitted, addresses) {
            guard let address = world.compute.addresses[address("egress-\(number)")] else { continue }
            let owner = "\(RuleOwner.prefix)\(policy) \(project)/\(region)/\(address.reference.name)#\(address.id)"
            rules.append(EC2Rule(traffic: traffic, source: .cidr(CIDR(address.ip)), description: owner))
        }
        for number in 1...max(1, stale) where number <= stale {
            let owner =
                "\(RuleOwner.prefix)\(policy) \(project)/\(region)/egress-old-\(number)#\(4_000_000_000_000_000_000 + UInt64(number))"
            rules.append(EC2Rule(traffic: traffic, source: .cidr(Self.block(0xC633_64C8 + UInt128(number))), description: owner))
        }
        for number in 1...max(1, foreign) where number <= foreign {
            rules.append(
                EC2Rule(traffic: traffic, source: .cidr(Self.block(0xC000_02C8 + UInt128(number))), description: "temporary access"))
        }
        world.ec2.addGroup(
            id: securityGroup, name: "\(policy)-rds", region: awsRegion, account: awsAccount, rules: rules)
        world.rds.instances = [
            RDSWorld.Instance(
                region: awsRegion,
                database: DBInstance(
                    name: policy, engine: "postgres", port: port, isPubliclyAccessible: true, securityGroups: [securityGroup]))
        ]
    }

    private static func block(_ bits: UInt128) -> CIDR { CIDR(IPAddress(family: .v4, bits: bits)) }

    /// A policy that asks for what the scenario sets up.
    package var policyFile: String {
        """
        apiVersion: drawbridge.dev/v1alpha1
        kind: Whitelist
        metadata: {name: \(policy)}
        spec:
          nodes:
            nodePools: [\(pool)]
        \(startupTaint.map { "    startupTaint: \($0)\n" } ?? "")\
          addresses:
            project: \(project)
            labels: {\(labels.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}
            regions: [\(region)]
          securityGroups:
            - id: \(securityGroup)
              region: \(awsRegion)
              ports: [{protocol: tcp, port: \(port)}]
              foreignRules: revoke
              ruleQuota: \(ruleQuota)
              keep:
                - {cidr: \(kept)}

        """
    }
}
