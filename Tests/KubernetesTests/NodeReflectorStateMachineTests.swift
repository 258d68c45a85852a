import Model
import Testing

@testable import Kubernetes

private typealias Machine = NodeReflector.StateMachine

private func moment(_ seconds: Int) -> Moment {
    Moment(instant: Instant(sinceOrigin: .seconds(seconds)), wall: Timestamp(secondsSinceEpoch: Int64(seconds)))
}

private func failed(_ status: Int?, _ disposition: APIError.Disposition) -> APIError {
    APIError(
        api: .kubernetes, operation: "watch nodes", resource: "nodes", code: "c", httpStatus: status, message: "",
        disposition: disposition)
}

private let expired = failed(410, .reread)
private let broken = failed(nil, .retry(after: nil))

extension Machine {
    fileprivate mutating func step(_ input: Input, second: Int = 100) -> [Effect] { step(input, at: moment(second), unit: 0) }

    /// A machine that watches from version 5, with these nodes.
    fileprivate static func watching(_ nodes: [Node] = [], nodesLimit: Int = 100) -> Machine {
        var machine = Machine(nodesLimit: nodesLimit)
        _ = machine.step(.start, second: 0)
        _ = machine.step(.listed(NodeList(items: nodes, resourceVersion: "5")), second: 0)
        _ = machine.step(.watchOpened, second: 0)
        return machine
    }
}

@Suite struct NodeReflectorStateMachineTests {
    private static let watchFrom5 = Machine.Effect.watch(resourceVersion: "5", timeoutSeconds: 300)

    @Test func `it lists, tells what is there, and watches from there`() {
        var machine = Machine(nodesLimit: 10)
        #expect(machine.step(.start) == [.list])
        #expect(
            machine.step(.listed(NodeList(items: [node("b"), node("a")], resourceVersion: "5"))) == [
                .notify(.appeared(name: "a")), .notify(.appeared(name: "b")), Self.watchFrom5,
            ])
        #expect(machine.step(.watchOpened).isEmpty)
    }

    @Test func `a node is told when it appears, changes in what matters, and goes`() {
        var machine = Machine.watching()
        #expect(machine.step(.event(.added(node("a", version: "6")))) == [.notify(.appeared(name: "a"))])
        #expect(machine.step(.event(.modified(node("a", version: "7", ips: ["192.0.2.1"])))) == [.notify(.changed(name: "a"))])
        #expect(machine.step(.event(.modified(node("a", version: "8", ips: ["192.0.2.1"])))).isEmpty)
        #expect(machine.step(.event(.deleted(node("a", version: "9")))) == [.notify(.disappeared(name: "a"))])
        #expect(machine.count == 0)
    }

    @Test(arguments: [
        node("a", uid: "u-2"), node("a", labels: ["x": "y"]), node("a", taints: [Taint(key: "k", value: nil, effect: "NoSchedule")]),
        node("a", ips: ["192.0.2.1"]), node("a", ready: false),
    ])
    func `each thing that matters is a change`(changed: Node) {
        var machine = Machine.watching([node("a")])
        #expect(machine.step(.event(.modified(changed))) == [.notify(.changed(name: "a"))])
    }

    @Test func `annotations count when they are ours, but for the claims that come and go with swaps`() {
        var machine = Machine.watching([node("a")])
        var other = node("a")
        other.annotations = ["container.googleapis.com/other": "x"]
        #expect(machine.step(.event(.modified(other))).isEmpty)
        other.annotations["drawbridge.dev/claim"] = "{}"
        #expect(machine.step(.event(.modified(other))).isEmpty)
        other.annotations["drawbridge.dev/other"] = "{}"
        #expect(machine.step(.event(.modified(other))) == [.notify(.changed(name: "a"))])
    }

    @Test func `an event that comes twice is told once`() {
        var machine = Machine.watching()
        #expect(machine.step(.event(.added(node("a", version: "6")))).count == 1)
        #expect(machine.step(.event(.added(node("a", version: "6")))).isEmpty)
        #expect(machine.step(.event(.deleted(node("a", version: "7")))).count == 1)
        #expect(machine.step(.event(.deleted(node("a", version: "7")))).isEmpty)
    }

    @Test func `a late deletion of an earlier node of that name does not hide the new one`() {
        var machine = Machine.watching()
        _ = machine.step(.event(.added(node("a", uid: "old", version: "6"))))
        #expect(machine.step(.event(.added(node("a", uid: "new", version: "8")))) == [.notify(.changed(name: "a"))])
        #expect(machine.step(.event(.deleted(node("a", uid: "old", version: "7")))).isEmpty)
        #expect(machine.count == 1)
    }

    @Test func `a change of an unknown node is its appearance`() {
        var machine = Machine.watching()
        #expect(machine.step(.event(.modified(node("a", version: "6")))) == [.notify(.appeared(name: "a"))])
    }

    @Test func `the next watch begins at the last bookmark or event`() {
        var machine = Machine.watching()
        #expect(machine.step(.event(.bookmark(resourceVersion: "42"))).isEmpty)
        #expect(machine.step(.watchEnded) == [.watch(resourceVersion: "42", timeoutSeconds: 300)])
        _ = machine.step(.watchOpened)
        _ = machine.step(.event(.added(node("a", version: "50"))))
        #expect(machine.step(.watchEnded) == [.watch(resourceVersion: "50", timeoutSeconds: 300)])
    }

    @Test func `a watch that ends in its time is followed by the next at once, one that ends at once is not`() {
        var machine = Machine.watching()
        #expect(machine.step(.watchEnded, second: 300) == [Self.watchFrom5])
        _ = machine.step(.watchOpened, second: 300)
        #expect(machine.step(.watchEnded, second: 300) == [.wait(.milliseconds(400))])
        #expect(machine.step(.waited) == [Self.watchFrom5])
    }

    @Test func `a watch that breaks off goes on from where it was, after a growing delay`() {
        var machine = Machine.watching([node("a")])
        var delays: [Machine.Effect] = []
        for _ in 0..<8 {
            let effects = machine.step(.watchFailed(broken))
            #expect(effects.first == .report(broken))
            delays += effects.dropFirst()
            #expect(machine.step(.waited) == [Self.watchFrom5])
        }
        #expect(delays == [400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000].map { .wait(.milliseconds($0)) })
        #expect(machine.count == 1)
    }

    @Test func `an event ends the row of failures`() {
        var machine = Machine.watching()
        for _ in 0..<5 {
            _ = machine.step(.watchFailed(broken))
            _ = machine.step(.waited)
        }
        _ = machine.step(.watchOpened)
        _ = machine.step(.event(.bookmark(resourceVersion: "6")))
        #expect(machine.step(.watchFailed(broken)).last == .wait(.milliseconds(400)))
    }

    @Test func `the server's own delay is respected`() {
        var machine = Machine.watching()
        #expect(machine.step(.watchFailed(failed(429, .retry(after: .seconds(20))))).last == .wait(.seconds(20)))
    }

    @Test func `410 as the watch's status, or as an ERROR event, lists again at once`() {
        var machine = Machine.watching()
        #expect(machine.step(.watchFailed(expired)) == [.list])
        machine = Machine.watching()
        #expect(machine.step(.event(.error(code: 410, reason: "Expired", message: "too old"))) == [.list])
    }

    @Test func `410 again and again lists with growing delays`() {
        var machine = Machine.watching()
        #expect(machine.step(.watchFailed(expired)) == [.list])
        for delay in [800, 1600] {
            _ = machine.step(.listed(NodeList(items: [], resourceVersion: "5")))
            #expect(machine.step(.watchFailed(expired)) == [.report(expired), .wait(.milliseconds(delay))])
            #expect(machine.step(.waited) == [.list])
        }
    }

    @Test func `any other ERROR event lists again after a delay`() {
        var machine = Machine.watching()
        let effects = machine.step(.event(.error(code: 500, reason: "InternalError", message: "etcd")))
        #expect(effects.count == 2 && effects.last == .wait(.milliseconds(400)))
        #expect(machine.step(.waited) == [.list])
    }

    @Test func `a refused watch or list is reported and tried again from the list`() {
        let denied = failed(403, .denied)
        var machine = Machine.watching([node("a")])
        #expect(machine.step(.watchFailed(denied)) == [.report(denied), .wait(.milliseconds(400))])
        #expect(machine.step(.waited) == [.list])
        #expect(machine.step(.listFailed(denied)) == [.report(denied), .wait(.milliseconds(800))])
        #expect(machine.step(.waited) == [.list])
        // What was known stays known: a failed list is no empty list.
        #expect(machine.count == 1)
    }

    @Test func `a new list tells what came, changed and went meanwhile`() {
        var machine = Machine.watching([node("gone"), node("same"), node("changed")])
        _ = machine.step(.watchFailed(expired))
        let list = NodeList(
            items: [node("new"), node("same", version: "99"), node("changed", labels: ["a": "b"])], resourceVersion: "100")
        #expect(
            machine.step(.listed(list)) == [
                .notify(.changed(name: "changed")), .notify(.appeared(name: "new")), .notify(.disappeared(name: "gone")),
                .watch(resourceVersion: "100", timeoutSeconds: 300),
            ])
    }

    @Test func `a node beyond the limit is told each time, and none is lost`() {
        var machine = Machine.watching([node("a")], nodesLimit: 1)
        #expect(machine.step(.event(.added(node("b")))) == [.notify(.appeared(name: "b"))])
        #expect(machine.step(.event(.modified(node("b")))) == [.notify(.appeared(name: "b"))])
        #expect(machine.step(.event(.deleted(node("b")))) == [.notify(.disappeared(name: "b"))])
        #expect(machine.count == 1)
    }

    @Test func `an input out of turn does nothing`() {
        var machine = Machine(nodesLimit: 10)
        #expect(machine.step(.event(.bookmark(resourceVersion: "6"))).isEmpty)
        #expect(machine.step(.start) == [.list])
        #expect(machine.step(.start).isEmpty)
        #expect(machine.step(.watchEnded).isEmpty)
        #expect(machine.step(.waited).isEmpty)
    }

    @Test func `watches last five to ten minutes`() {
        for (unit, seconds) in [(0.0, 300), (0.5, 450), (0.9999999, 599), (1.0, 599), (-1, 300)] {
            var machine = Machine(nodesLimit: 1)
            _ = machine.step(.start, at: moment(0), unit: unit)
            #expect(
                machine.step(.listed(NodeList(items: [], resourceVersion: "5")), at: moment(0), unit: unit) == [
                    .watch(resourceVersion: "5", timeoutSeconds: seconds)
                ])
        }
    }
}
