import Model
import Sandbox
import Testing

@Suite struct EC2WorldTests {
    static let group = SecurityGroupReference(id: "sg-0a1b2c3d4e5f60718", region: "eu-west-1")
    static let now = Timestamp(secondsSinceEpoch: 1_800_000_000)

    private func world(quota: Int = 60, isDefaultVPC: Bool = false, lag: Duration = .zero) -> EC2World {
        var world = EC2World(seed: 7)
        world.settings.rulesPerGroup = quota
        world.settings.describeLag = lag
        world.addGroup(
            id: Self.group.id, name: "db", region: Self.group.region, account: "111122223333", isDefaultVPC: isDefaultVPC,
            rules: [rule("10.0.0.0/16")])
        return world
    }

    private func rule(_ cidr: String, port: Int = 5432) -> EC2Rule {
        EC2Rule(traffic: Traffic(protocol: .tcp, fromPort: port, toPort: port), source: .cidr(CIDR(masking: cidr)!))
    }

    private func authorize(_ rules: [EC2Rule], _ world: inout EC2World) -> String? {
        do throws(AWSError) {
            _ = try world.authorize(rules, group: Self.group.id, region: Self.group.region, now: Self.now)
            return nil
        } catch {
            return error.code
        }
    }

    private func inbound(_ world: EC2World) -> Int { world.groups[Self.group]?.inbound.count ?? -1 }

    @Test func `one duplicate fails the whole call`() {
        var world = world()
        #expect(authorize([rule("192.0.2.1/32"), rule("10.0.0.0/16")], &world) == "InvalidPermission.Duplicate")
        #expect(inbound(world) == 1)
        #expect(authorize([rule("192.0.2.1/32"), rule("192.0.2.1/32")], &world) == "InvalidParameterValue")
        #expect(authorize([rule("192.0.2.1/32"), rule("10.0.0.0/16", port: 5433)], &world) == nil)
        #expect(inbound(world) == 3)
    }

    @Test func `the description is no part of a rule's identity`() {
        var world = world()
        var described = rule("10.0.0.0/16")
        described.description = "another text"
        #expect(authorize([described], &world) == "InvalidPermission.Duplicate")
    }

    @Test func `the quota is of a family, and all or nothing`() {
        var world = world(quota: 3)
        #expect(authorize((1...3).map { rule("192.0.2.\($0)/32") }, &world) == "RulesPerSecurityGroupLimitExceeded")
        #expect(inbound(world) == 1)
        #expect(authorize((1...2).map { rule("192.0.2.\($0)/32") }, &world) == nil)
        #expect(authorize((1...3).map { rule("2001:db8::\($0)/128") }, &world) == nil)
        #expect(authorize([rule("2001:db8::4/128")], &world) == "RulesPerSecurityGroupLimitExceeded")
        #expect(inbound(world) == 6)
    }

    @Test func `a call takes a thousand rules and no more`() {
        var world = world(quota: 2000)
        let many = (0..<1001).map { rule("198.19.\($0 / 256).\($0 % 256)/32") }
        #expect(authorize(many, &world) == "InvalidParameterValue")
        #expect(authorize(Array(many.prefix(1000)), &world) == nil)
    }

    @Test func `outside the default VPC a revoke by properties that matches nothing revokes nothing`() throws {
        var world = world()
        #expect(
            refusal(
                of: { w in
                    _ = try w.revoke([rule("10.0.0.0/16"), rule("192.0.2.1/32")], group: Self.group.id, region: "eu-west-1", now: Self.now)
                }, &world) == "InvalidPermission.NotFound")
        #expect(inbound(world) == 1)
    }

    @Test func `in the default VPC the unmatched come back as unknown`() throws {
        var world = world(isDefaultVPC: true)
        let result = try world.revoke(
            [rule("10.0.0.0/16"), rule("192.0.2.1/32")], group: Self.group.id, region: "eu-west-1", now: Self.now)
        #expect(result.revoked.count == 1)
        #expect(result.unknown.map(\.identity) == [rule("192.0.2.1/32").identity])
        #expect(inbound(world) == 0)
    }

    @Test func `a revoke by an id that is not there revokes nothing`() {
        var world = world()
        let id = world.groups[Self.group]?.inbound.first?.id ?? ""
        let code = refusal(
            of: { w in _ = try w.revoke(ids: [id, "sgr-0123456789abcdef0"], group: Self.group.id, region: "eu-west-1", now: Self.now) },
            &world)
        #expect(code == "InvalidSecurityGroupRuleId.NotFound")
        #expect(inbound(world) == 1)
    }

    @Test func `a describe lags behind a write`() {
        var world = world(lag: .seconds(2))
        #expect(authorize([rule("192.0.2.1/32")], &world) == nil)
        #expect(world.described(Self.group, now: Self.now).filter { !$0.isEgress }.count == 1)
        #expect(world.described(Self.group, now: Self.now + .seconds(1)).filter { !$0.isEgress }.count == 1)
        #expect(world.described(Self.group, now: Self.now + .seconds(2)).filter { !$0.isEgress }.count == 2)
        #expect(authorize([rule("192.0.2.1/32")], &world) == "InvalidPermission.Duplicate")
    }

    @Test(arguments: [("sg-1", "InvalidGroupId.Malformed"), ("sg-0123456789abcdef0", "InvalidGroup.NotFound")])
    func `a group that is not there is named`(_ id: String, _ code: String) {
        var world = world()
        #expect(refusal(of: { w in _ = try w.revoke(ids: ["x"], group: id, region: "eu-west-1", now: Self.now) }, &world) == code)
    }

    private func refusal(of body: (inout EC2World) throws -> Void, _ world: inout EC2World) -> String? {
        do { try body(&world) } catch { return (error as? AWSError)?.code }
        return nil
    }
}
