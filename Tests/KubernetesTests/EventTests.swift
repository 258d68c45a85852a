import Foundation
import Model
import Testing

@testable import Kubernetes

@Suite struct EventTests {
    private static let time = Timestamp(rfc3339: "2026-03-01T12:00:00.5Z")!
    private static let onNode = NodeEvent(
        regarding: .node(name: "n", uid: "u-1"), severity: .warning, reason: "AddressWaiting", message: "no address is free")
    private static let onLease = NodeEvent(
        regarding: .lease(name: "l", namespace: "ops"), severity: .normal, reason: "Elected", message: "pod-1")

    @Test func `an event about a node goes to the namespace default`() async throws {
        let transport = ScriptedTransport([.answer(201, "{}")])
        let record = try await KubernetesClient.scripted(transport).createEvent(
            Self.onNode, name: "n.1", reportingComponent: "drawbridge.dev/controller", reportingInstance: "pod-1", at: Self.time)
        #expect(record == EventRecord(namespace: "default", name: "n.1", count: 1))
        #expect(await transport.targets == ["/api/v1/namespaces/default/events"])
        #expect(
            await transport.bodies == [
                #"{"apiVersion":"v1","count":1,"firstTimestamp":"2026-03-01T12:00:00Z","involvedObject":{"apiVersion":"v1","kind":"Node","name":"n","uid":"u-1"},"#
                    + #""kind":"Event","lastTimestamp":"2026-03-01T12:00:00Z","message":"no address is free","metadata":{"name":"n.1","namespace":"default"},"reason":"AddressWaiting","#
                    + #""reportingComponent":"drawbridge.dev/controller","reportingInstance":"pod-1","source":{"component":"drawbridge.dev/controller","host":"pod-1"},"type":"Warning"}"#
            ])
    }

    @Test func `an event about a lease goes to the lease's namespace`() async throws {
        let transport = ScriptedTransport([.answer(201, "{}")])
        _ = try await KubernetesClient.scripted(transport).createEvent(
            Self.onLease, name: "l.1", reportingComponent: "c", reportingInstance: "i", at: Self.time)
        #expect(await transport.targets == ["/api/v1/namespaces/ops/events"])
        #expect(
            await transport.bodies[0].contains(
                #""involvedObject":{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","name":"l","namespace":"ops"}"#))
    }

    @Test func `a repetition raises the count and the last time`() async throws {
        let transport = ScriptedTransport([.answer(200, "{}")])
        try await KubernetesClient.scripted(transport).patchEvent(
            EventRecord(namespace: "default", name: "n.1", count: 4), last: Self.time)
        #expect(await transport.targets == ["/api/v1/namespaces/default/events/n.1"])
        #expect(await transport.bodies == [#"{"count":4,"lastTimestamp":"2026-03-01T12:00:00Z"}"#])
    }

    @Test func `the recorder writes what waits, folds repetitions, and ends when told`() async throws {
        let transport = ScriptedTransport([.answer(201, "{}"), .answer(201, "{}"), .answer(200, "{}")])
        let clock = TestClock()
        let recorder = EventRecorder(
            client: .scripted(transport, clock: clock), runtime: clock.runtime, reportingComponent: "c", reportingInstance: "i")
        for _ in 0..<3 { recorder.record(Self.onNode) }
        recorder.record(Self.onLease)
        recorder.finish()
        await recorder.run { Issue.record($0) }
        recorder.record(Self.onNode)
        await recorder.run { Issue.record($0) }
        #expect(await transport.methods == ["POST", "POST", "PATCH"])
        let bodies = await transport.bodies
        #expect(bodies[0].contains(#""count":3"#) && bodies[1].contains(#""count":1"#) && bodies[2].contains(#""count":4"#))
        #expect(recorder.dropped == 0)
    }

    @Test func `an event that the cluster has forgotten is made anew, with its count of this time`() async throws {
        let transport = ScriptedTransport([.answer(201, "{}"), .status(404, "NotFound"), .answer(201, "{}")])
        let clock = TestClock()
        let recorder = EventRecorder(
            client: .scripted(transport, clock: clock), runtime: clock.runtime, reportingComponent: "c", reportingInstance: "i")
        recorder.finish()
        recorder.record(Self.onNode)
        await recorder.run { Issue.record($0) }
        recorder.record(Self.onNode)
        await recorder.run { Issue.record($0) }
        #expect(await transport.methods == ["POST", "PATCH", "POST"])
        #expect(await transport.bodies[2].contains(#""count":1"#))
        #expect(recorder.dropped == 0)
    }

    @Test func `a refused event is dropped and told, and the next one is written`() async throws {
        let transport = ScriptedTransport([.status(403, "Forbidden"), .answer(201, "{}")])
        let clock = TestClock()
        let recorder = EventRecorder(
            client: .scripted(transport, clock: clock), runtime: clock.runtime, reportingComponent: "c", reportingInstance: "i")
        recorder.record(Self.onNode)
        recorder.record(Self.onLease)
        recorder.finish()
        let told = Box<[String]>([])
        await recorder.run { error in told.with { $0.append(error.code) } }
        #expect(told.with { $0 } == ["Forbidden"])
        #expect(recorder.dropped == 1)
        #expect(await transport.remaining == 0)
    }
}

@Suite struct EventRecorderStateMachineTests {
    private typealias Machine = EventRecorder.StateMachine

    private static func moment(_ seconds: Int) -> Moment {
        Moment(instant: Instant(sinceOrigin: .seconds(seconds)), wall: Timestamp(secondsSinceEpoch: Int64(seconds)))
    }

    private static func event(_ message: String) -> NodeEvent {
        NodeEvent(regarding: .node(name: "n", uid: "u"), severity: .normal, reason: "R", message: message)
    }

    private static func record(_ count: Int) -> EventRecord { EventRecord(namespace: "default", name: "e", count: count) }

    @Test func `one write is under way at a time, in the order of arrival`() {
        var machine = Machine(window: .seconds(60), waitingLimit: 10, writtenLimit: 10)
        machine.record(Self.event("a"), at: Self.moment(0))
        machine.record(Self.event("b"), at: Self.moment(1))
        #expect(
            machine.next(at: Self.moment(2))
                == .create(Self.event("a"), count: 1, first: Self.moment(0).wall, last: Self.moment(0).wall))
        #expect(machine.next(at: Self.moment(2)) == nil)
        machine.succeeded(Self.record(1), at: Self.moment(3))
        #expect(
            machine.next(at: Self.moment(3))
                == .create(Self.event("b"), count: 1, first: Self.moment(1).wall, last: Self.moment(1).wall))
        machine.succeeded(Self.record(1), at: Self.moment(4))
        #expect(machine.next(at: Self.moment(4)) == nil)
    }

    @Test func `a repetition within the window is a patch, after it a new event`() {
        var machine = Machine(window: .seconds(60), waitingLimit: 10, writtenLimit: 10)
        machine.record(Self.event("a"), at: Self.moment(0))
        _ = machine.next(at: Self.moment(0))
        machine.record(Self.event("a"), at: Self.moment(1))
        machine.succeeded(Self.record(1), at: Self.moment(2))
        #expect(machine.next(at: Self.moment(2)) == .patch(Self.event("a"), Self.record(2), last: Self.moment(1).wall))
        machine.succeeded(Self.record(2), at: Self.moment(3))
        machine.record(Self.event("a"), at: Self.moment(64))
        #expect(
            machine.next(at: Self.moment(64))
                == .create(Self.event("a"), count: 1, first: Self.moment(64).wall, last: Self.moment(64).wall))
    }

    @Test func `beyond the limit events are dropped and counted, repetitions of what waits are not`() {
        var machine = Machine(window: .seconds(60), waitingLimit: 2, writtenLimit: 10)
        for message in ["a", "b", "c", "a", "d"] { machine.record(Self.event(message), at: Self.moment(0)) }
        #expect(machine.dropped == 2)
        #expect(
            machine.next(at: Self.moment(0))
                == .create(Self.event("a"), count: 2, first: Self.moment(0).wall, last: Self.moment(0).wall))
    }

    @Test func `memory of what was written is bounded: the oldest goes`() {
        var machine = Machine(window: .seconds(60), waitingLimit: 10, writtenLimit: 2)
        for (second, message) in ["a", "b", "c"].enumerated() {
            machine.record(Self.event(message), at: Self.moment(second))
            _ = machine.next(at: Self.moment(second))
            machine.succeeded(Self.record(1), at: Self.moment(second))
        }
        machine.record(Self.event("a"), at: Self.moment(4))
        guard case .create = machine.next(at: Self.moment(4)) else {
            Issue.record("the oldest was still known")
            return
        }
        machine.succeeded(Self.record(1), at: Self.moment(5))
        machine.record(Self.event("c"), at: Self.moment(6))
        guard case .patch = machine.next(at: Self.moment(6)) else {
            Issue.record("the newest was forgotten")
            return
        }
    }

    @Test func `a lost patch is folded into what came meanwhile`() {
        var machine = Machine(window: .seconds(60), waitingLimit: 10, writtenLimit: 10)
        machine.record(Self.event("a"), at: Self.moment(0))
        _ = machine.next(at: Self.moment(0))
        machine.succeeded(Self.record(1), at: Self.moment(0))
        machine.record(Self.event("a"), at: Self.moment(1))
        _ = machine.next(at: Self.moment(1))
        machine.record(Self.event("a"), at: Self.moment(2))
        machine.failed(isMissing: true)
        #expect(
            machine.next(at: Self.moment(3))
                == .create(Self.event("a"), count: 2, first: Self.moment(1).wall, last: Self.moment(2).wall))
    }
}
