import Model
import Testing

/// Texts that come from elsewhere, and values with rules of their own.
@Suite struct ValueTests {
    @Test(arguments: [
        ("gce://p/europe-west1-b/node-1", true), ("gce://p/z/", false), ("gce://p/z", false), ("aws:///z/i", false),
        ("gce://p/z/n/x", false), ("", false),
    ]) func `a provider id names an instance or nothing`(text: String, isValid: Bool) {
        #expect((InstanceReference(providerID: text) != nil) == isValid)
    }

    @Test func `a self link is read whole`() {
        let one = InstanceReference(selfLink: "https://www.googleapis.com/compute/v1/projects/p/zones/europe-west1-b/instances/node-1")
        #expect(one == InstanceReference(project: "p", zone: "europe-west1-b", name: "node-1"))
        #expect(one?.region == "europe-west1")
        for link in [
            "projects/p/regions/r/forwardingRules/web", "projects/p/zones/z/instances/", "projects//zones/z/instances/i",
            "instances/node-1", "",
        ] {
            #expect(AddressUser(selfLink: link) == .other(link))
        }
        #expect(
            AddressUser(selfLink: "https://x/compute/v1/projects/p/regions/r/routers/nat").description == "projects/p/regions/r/routers/nat"
        )
    }

    private let address = Address(
        reference: AddressReference(project: "acme-prod", region: "europe-west1", name: "egress-1"), id: "4711",
        ip: IPAddress(family: .v4, bits: 0xCB00_7101), status: .reserved, networkTier: .premium, labels: [:], users: [])

    @Test func `a rule's description says whose it is, and for which Address`() throws {
        let owner = RuleOwner(policy: "orders-db", address: address)
        #expect(owner.description == "drawbridge:orders-db acme-prod/europe-west1/egress-1#4711")
        #expect(RuleOwner(description: owner.description) == owner)
    }

    @Test(arguments: [
        "drawbridge:orders-db", "drawbridge:orders-db egress", "drawbridge:orders-db p/r#1", "drawbridge:orders-db p/r/n#",
        "drawbridge:orders-db p/r/n",
        "drawbridge:orders-db p/r/n#1#2", "drawbridge:orders-db //n#1",
    ]) func `an owner without a readable Address is an owner all the same`(text: String) {
        let owner = RuleOwner(description: text)
        #expect(owner?.policy == "orders-db")
        #expect(owner?.address == nil && owner?.addressID == "")
    }

    @Test(arguments: ["", "by hand", "Drawbridge:orders-db", "drawbridge:", "drawbridge: x"]) func `other descriptions are nobody's`(
        text: String
    ) {
        #expect(RuleOwner(description: text) == nil)
    }

    @Test func `the longest description fits EC2's 255 characters`() {
        var long = address
        long.reference = AddressReference(
            project: String(repeating: "p", count: 63), region: String(repeating: "r", count: 30), name: String(repeating: "n", count: 63))
        long.id = "18446744073709551615"
        let name = String(repeating: "d", count: RuleOwner.maximumNameAndProjectLength - 63)
        #expect(RuleOwner(policy: name, address: long).description.count <= 255)
    }

    @Test func `a claim survives its annotation`() throws {
        let claim = SwapClaim(
            policy: "orders-db", address: address.reference, ip: address.ip, instanceID: "9001", networkInterface: "nic0",
            accessConfigName: "External \"IP\"/ü", networkTier: .standard, previousIP: nil, detachRequestID: "a", attachRequestID: "b",
            restoreRequestID: "c", startedAt: Timestamp(millisecondsSinceEpoch: 1_770_000_000_123))
        #expect(SwapClaim(json: claim.json) == claim)
        #expect(!claim.json.contains("\n"))
        for text in ["", "{}", "null", "[]", claim.json + "x", String(repeating: " ", count: 8192) + claim.json] {
            #expect(SwapClaim(json: text) == nil, "\(text.prefix(40))")
        }
    }

    @Test(arguments: [
        ("90s", 90_000), ("1h30m", 5_400_000), ("500ms", 500), ("1m500ms", 60_500), ("0s", 0),
    ]) func `a duration as a person writes it`(text: String, milliseconds: Int) {
        #expect(Duration(brief: text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "5", "s", "-5s", "1s1s", "1s1m", "1.5s", "1d", "9999999999s", "5 s"]) func `what is no duration is refused`(
        text: String
    ) {
        #expect(Duration(brief: text) == nil)
    }

    @Test(arguments: [(250, "250ms"), (1000, "1s"), (90_000, "1m30s"), (3_600_000, "1h"), (5_430_000, "1h30m")])
    func `a duration for people`(milliseconds: Int, text: String) { #expect(Duration.milliseconds(milliseconds).brief == text) }

    @Test func `ports of a rule: all of them for -1, and for tcp without ports`() {
        let port = ManagedPort(protocol: .tcp, ports: 5432...5432)
        #expect(Traffic(protocol: .all, fromPort: nil, toPort: nil).admitsAny(of: port))
        #expect(Traffic(protocol: .tcp, fromPort: nil, toPort: nil).admitsAny(of: port))
        #expect(Traffic(protocol: .tcp, fromPort: -1, toPort: -1).admitsAny(of: port))
        #expect(Traffic(protocol: .tcp, fromPort: 5000, toPort: 6000).admitsAny(of: port))
        #expect(!Traffic(protocol: .udp, fromPort: 0, toPort: 65_535).admitsAny(of: port))
        #expect(!Traffic(protocol: .tcp, fromPort: 5433, toPort: 6000).admitsAny(of: port))
        #expect(!Traffic(protocol: .icmp, fromPort: -1, toPort: -1).admitsAny(of: port))
        #expect(Traffic(port).isConfined(to: [port]))
        #expect(!Traffic(protocol: .tcp, fromPort: 5000, toPort: 6000).isConfined(to: [port]))
        #expect(
            Traffic(protocol: .tcp, fromPort: 1, toPort: 4).isConfined(to: [
                .init(protocol: .tcp, ports: 1...2), .init(protocol: .tcp, ports: 3...9),
            ]))
    }

    @Test func `label selectors`() {
        let pools = LabelSelector.nodePools(["b", "a"])
        #expect(pools.query == "cloud.google.com/gke-nodepool in (a,b)")
        #expect(pools.matches(["cloud.google.com/gke-nodepool": "a"]) && !pools.matches([:]))
        let not = LabelSelector(requirements: [
            .init(key: "k", operator: .notIn, values: ["x"]), .init(key: "d", operator: .doesNotExist, values: []),
        ])
        #expect(not.matches([:]) && not.matches(["k": "y"]) && !not.matches(["k": "x"]) && !not.matches(["d": ""]))
        #expect(not.query == "!d,k notin (x)")
    }

    @Test func `retries are bounded in number, in time and by the budget`() {
        func at(_ seconds: Int) -> Instant { Instant(sinceOrigin: .seconds(seconds)) }
        let policy = Retry.Policy(attempts: 4, base: .seconds(1), cap: .seconds(3), total: .seconds(60))
        var budget = RetryBudget(capacity: 10, refillPerSecond: 1, now: at(0))
        var retry = Retry(policy: policy, start: at(0))
        let delays = (0..<4).map { _ in retry.decide(after: .retry(after: nil), now: at(0), unit: 0.5, budget: &budget) }
        #expect(delays == [.again(after: .milliseconds(500)), .again(after: .seconds(1)), .again(after: .milliseconds(1500)), .giveUp])
        var named = Retry(policy: policy, start: at(0))
        #expect(named.decide(after: .retry(after: .seconds(7)), now: at(0), unit: 0.5, budget: &budget) == .again(after: .seconds(7)))
        #expect(named.decide(after: .retry(after: .seconds(70)), now: at(0), unit: 0.5, budget: &budget) == .giveUp)
        for disposition in [APIError.Disposition.denied, .reread, .missing, .permanent] {
            #expect(named.decide(after: disposition, now: at(0), unit: 0.5, budget: &budget) == .giveUp)
        }
        var empty = RetryBudget(capacity: 1, refillPerSecond: 0.5, now: at(0))
        #expect(empty.take(now: at(0)) && !empty.take(now: at(1)) && empty.take(now: at(2)) && !empty.take(now: at(2)))
    }

    @Test func `an error says what was tried, on what, and what came back, in bounds`() {
        let error = APIError(
            api: .ec2, operation: "DescribeSecurityGroups", resource: "sg-1 in eu-west-1", code: "UnauthorizedOperation", httpStatus: 403,
            requestID: "r-1",
            message: String(repeating: "x", count: 5000), disposition: .denied)
        #expect(error.description.hasPrefix("ec2 DescribeSecurityGroups on sg-1 in eu-west-1: UnauthorizedOperation (HTTP 403): xxx"))
        #expect(error.description.hasSuffix("(request id r-1)"))
        #expect(error.message.count == 1000)
        #expect(error.unknown.cause == .denied)
    }

    @Test func `a random UUID is of version 4`() {
        for bits: UInt64 in [0, .max, 0x0123_4567_89AB_CDEF] {
            let runtime = Runtime(
                now: { Moment(instant: Instant(sinceOrigin: .zero), wall: Timestamp(secondsSinceEpoch: 0)) }, random: { bits },
                sleep: { _ in })
            let uuid = Array(runtime.uuid())
            #expect(uuid.count == 36 && uuid[14] == "4" && "89ab".contains(uuid[19]))
            #expect((0..<1).contains(runtime.unit()))
        }
    }
}
