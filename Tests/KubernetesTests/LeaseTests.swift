import HTTP
import Model
import Testing

@testable import Kubernetes

@Suite struct LeaseTests {
    private static let text =
        #"{"kind":"Lease","metadata":{"name":"l","namespace":"ops","uid":"u","resourceVersion":"8","annotations":{"a":"b"},"labels":{"x":"y"}},"#
        + #""spec":{"holderIdentity":"pod-1","leaseDurationSeconds":15,"acquireTime":"2026-03-01T11:00:00.123456Z","renewTime":"2026-03-01T12:00:00.000000Z","leaseTransitions":3,"strategy":"new"}}"#
    private static let lease = Lease(
        name: "l", namespace: "ops", resourceVersion: "8", annotations: ["a": "b"], holderIdentity: "pod-1", leaseDurationSeconds: 15,
        acquireTime: Timestamp(rfc3339: "2026-03-01T11:00:00.123Z"), renewTime: Timestamp(rfc3339: "2026-03-01T12:00:00Z"),
        leaseTransitions: 3)

    @Test func `a lease is read`() async throws {
        let transport = ScriptedTransport([.answer(200, Self.text)])
        #expect(try await KubernetesClient.scripted(transport).getLease("l", namespace: "ops") == Self.lease)
        #expect(await transport.targets == ["/apis/coordination.k8s.io/v1/namespaces/ops/leases/l"])
    }

    @Test func `a call on a lease is given up before the lease runs out`() async throws {
        let clock = TestClock()
        let steps = Array(repeating: ScriptedTransport.Step.failure(.timeout, mayHaveBeenReceived: true), count: 9)
        let transport = ScriptedTransport([.status(503, "ServiceUnavailable", headers: ["Retry-After": "6"])] + steps)
        let error = await failure { () throws(APIError) in
            try await KubernetesClient.scripted(transport, clock: clock).getLease("l", namespace: "ops")
        }
        #expect(error?.httpStatus == 503)
        let limits = try #require(await transport.requests.first?.limits)
        #expect(limits.total == .seconds(5) && limits.idle == .seconds(5) && limits.connect == .seconds(5))
        #expect(clock.slept.with { $0 }.isEmpty)
    }

    @Test func `a lease without a holder is read`() async throws {
        let transport = ScriptedTransport([
            .answer(200, #"{"metadata":{"name":"l","namespace":"ops","resourceVersion":"8"},"spec":{}}"#)
        ])
        let lease = try await KubernetesClient.scripted(transport).getLease("l", namespace: "ops")
        #expect(lease.holderIdentity == nil && lease.renewTime == nil && lease.leaseDurationSeconds == 0)
    }

    @Test func `a lease that isn't there is missing`() async throws {
        let error = await failure { () throws(APIError) in
            try await KubernetesClient.scripted(ScriptedTransport([.status(404, "NotFound")])).getLease("l", namespace: "ops")
        }
        #expect(error?.isMissing == true && error?.resource == "lease ops/l")
    }

    @Test func `a lease is made with MicroTime stamps`() async throws {
        let transport = ScriptedTransport([.answer(201, Self.text)])
        _ = try await KubernetesClient.scripted(transport).createLease(Self.lease)
        #expect(await transport.targets == ["/apis/coordination.k8s.io/v1/namespaces/ops/leases"])
        #expect(await transport.methods == ["POST"])
        #expect(
            await transport.bodies == [
                #"{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"annotations":{"a":"b"},"name":"l","namespace":"ops"},"#
                    + #""spec":{"acquireTime":"2026-03-01T11:00:00.123000Z","holderIdentity":"pod-1","leaseDurationSeconds":15,"leaseTransitions":3,"renewTime":"2026-03-01T12:00:00.000000Z"}}"#
            ])
    }

    @Test func `a lease that someone else made meanwhile is to be read`() async throws {
        let error = await failure { () throws(APIError) in
            try await KubernetesClient.scripted(ScriptedTransport([.status(409, "AlreadyExists")])).createLease(Self.lease)
        }
        #expect(error?.disposition == .reread && error?.code == "AlreadyExists" && error?.mayHaveTakenEffect == false)
    }

    @Test func `an update names the version it is based on, and says nothing of what it doesn't know`() async throws {
        let transport = ScriptedTransport([.answer(200, Self.text), .status(409, "Conflict")])
        let client = KubernetesClient.scripted(transport)
        var released = Self.lease
        released.holderIdentity = nil
        _ = try await client.updateLease(released)
        #expect(await transport.methods == ["PATCH"])
        #expect(
            await transport.bodies == [
                #"{"metadata":{"resourceVersion":"8"},"spec":{"acquireTime":"2026-03-01T11:00:00.123000Z","holderIdentity":null,"leaseDurationSeconds":15,"leaseTransitions":3,"renewTime":"2026-03-01T12:00:00.000000Z"}}"#
            ])
        let error = await failure { () throws(APIError) in try await client.updateLease(Self.lease) }
        #expect(error?.disposition == .reread && error?.code == "Conflict")
    }

    @Test func `an update writes just the annotations that it names`() async throws {
        let transport = ScriptedTransport([.answer(200, Self.text), .answer(200, Self.text)])
        let client = KubernetesClient.scripted(transport)
        var lease = Self.lease
        lease.annotations = ["drawbridge.dev/approve": "sha", "other": "x"]
        _ = try await client.updateLease(lease, annotations: ["drawbridge.dev/approve"])
        lease.annotations = ["other": "x"]
        _ = try await client.updateLease(lease, annotations: ["drawbridge.dev/approve"])
        let bodies = await transport.bodies
        #expect(bodies[0].hasPrefix(#"{"metadata":{"annotations":{"drawbridge.dev/approve":"sha"},"resourceVersion":"8"},"spec":{"#))
        #expect(bodies[1].hasPrefix(#"{"metadata":{"annotations":{"drawbridge.dev/approve":null},"resourceVersion":"8"},"spec":{"#))
    }

    @Test func `an annotation of a lease is set under the same condition`() async throws {
        let transport = ScriptedTransport([.answer(200, Self.text), .answer(200, Self.text)])
        let client = KubernetesClient.scripted(transport)
        _ = try await client.setLeaseAnnotation("drawbridge.dev/approve", to: "sha", on: Self.lease)
        _ = try await client.setLeaseAnnotation("drawbridge.dev/approve", to: nil, on: Self.lease)
        #expect(
            await transport.bodies == [
                #"{"metadata":{"annotations":{"drawbridge.dev/approve":"sha"},"resourceVersion":"8"}}"#,
                #"{"metadata":{"annotations":{"drawbridge.dev/approve":null},"resourceVersion":"8"}}"#,
            ])
    }

    @Test func `a lease that was never read is not written`() async throws {
        let transport = ScriptedTransport([])
        var unread = Self.lease
        unread.resourceVersion = ""
        let error = await failure { () throws(APIError) in try await KubernetesClient.scripted(transport).updateLease(unread) }
        #expect(error?.code == "no-precondition")
        #expect(await transport.requests.isEmpty)
    }
}
