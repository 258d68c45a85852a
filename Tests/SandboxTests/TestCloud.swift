import Model
import Sandbox

/// A world in virtual time, with its front ends called directly.
struct TestCloud {
    var scenario = SandboxScenario()
    var world: World
    var now = Timestamp(secondsSinceEpoch: 1_800_000_000)
    private let token: String

    struct Answer {
        var status: Int
        var json: JSONValue
        var reason: String? { json[path: ["error", "errors"]]?.array?.first?["reason"]?.string }
        var message: String? { json[path: ["error", "message"]]?.string }
    }

    init(_ change: (inout SandboxScenario) -> Void = { _ in }) {
        change(&scenario)
        world = scenario.world(now: now)
        token = world.google.issueToken(for: "tester", lifetime: .seconds(86_400), now: now).exposed
    }

    /// Lets time pass.
    mutating func pass(_ duration: Duration) {
        now = now + duration
        world.advance(to: now)
    }

    mutating func reply(_ method: String, _ path: String, query: String = "", body: JSONValue? = nil, token: String? = nil) -> WireReply {
        let request = WireRequest(
            method: method, path: "/compute/v1/" + path, query: query,
            headers: [("Authorization", "Bearer \(token ?? self.token)")], body: body?.json ?? [])
        return ComputeFrontEnd().reply(to: request, in: &world, now: now, received: now)
    }

    mutating func compute(_ method: String, _ path: String, query: String = "", body: JSONValue? = nil, token: String? = nil) -> Answer? {
        switch reply(method, path, query: query, body: body, token: token) {
        case .answer(let response), .answerAt(_, let response):
            Answer(status: response.status, json: JSONValue(json: response.body) ?? .null)
        case .again, .hangUp: nil
        }
    }

    /// Calls, lets the operation end, and gives its error codes; a refusal gives its reason.
    mutating func run(_ method: String, _ path: String, query: String = "", body: JSONValue? = nil) -> [String] {
        guard let answer = compute(method, path, query: query, body: body) else { return ["no answer"] }
        guard answer.status == 200, let name = answer.json["name"]?.string else { return [answer.reason ?? "no reason"] }
        pass(.seconds(2))
        guard let operation = world.compute.operations[name], operation.isDone else { return ["not done"] }
        return operation.failure.map { [$0.code] } ?? []
    }

    var project: String { "projects/\(scenario.project)" }
    var regional: String { "\(project)/regions/\(scenario.region)" }

    /// The first node of the pool.
    var node: InstanceReference { world.nodes.values.filter { $0.pool == scenario.pool }.map(\.instance).min()! }

    func address(_ name: String) -> ComputeAddress? { world.compute.addresses[scenario.address(name)] }

    mutating func detach(_ instance: InstanceReference, name: String = "external-nat") -> [String] {
        run("POST", "\(instance)/deleteAccessConfig", query: "accessConfig=\(name)&networkInterface=nic0")
    }

    mutating func attach(_ ip: String?, to instance: InstanceReference, tier: String? = nil) -> [String] {
        var body: JSONValue = ["name": "External NAT", "type": "ONE_TO_ONE_NAT"]
        body["natIP"] = ip.map(JSONValue.string)
        body["networkTier"] = tier.map(JSONValue.string)
        return run("POST", "\(instance)/addAccessConfig", query: "networkInterface=nic0", body: body)
    }
}
