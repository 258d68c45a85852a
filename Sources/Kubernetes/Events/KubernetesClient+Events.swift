package import Model

extension KubernetesClient {
    /// Makes a core/v1 Event. One about a node goes to the namespace `default`, one about a Lease to the Lease's own.
    ///
    /// `eventTime` stays empty: with it the server holds an Event to the rules of events.k8s.io, under which `count` can't be raised.
    /// Source: Kubernetes API, core/v1 Event; kubernetes/kubernetes pkg/apis/core/validation/events.go.
    ///
    /// - Parameters:
    ///   - name: unique in the namespace; `eventName` makes one.
    ///   - count: how often it has happened before it is first written.
    ///   - reportingComponent: such as `drawbridge.dev/controller`.
    ///   - reportingInstance: this replica; at most 128 characters are sent.
    package func createEvent(
        _ event: NodeEvent, name: String, count: Int, reportingComponent: String, reportingInstance: String, first: Timestamp,
        last: Timestamp
    ) async throws(APIError) -> EventRecord {
        let namespace = Self.namespace(of: event.regarding)
        let instance = String(reportingInstance.prefix(128))
        let body: JSONValue = [
            "apiVersion": "v1", "kind": "Event", "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "involvedObject": Self.reference(event.regarding), "type": .string(event.severity.rawValue),
            "reason": .string(event.reason),
            "message": .string(event.message), "firstTimestamp": .string(first.rfc3339), "lastTimestamp": .string(last.rfc3339),
            "count": .number(count), "reportingComponent": .string(reportingComponent), "reportingInstance": .string(instance),
            "source": ["component": .string(reportingComponent), "host": .string(instance)],
        ]
        let call = APICall(
            permission: KubernetesPermissions.createEvent, resource: "event \(namespace)/\(name)", method: "POST",
            path: Self.path(namespace), contentType: APICall.json, body: body)
        _ = try await api.send(call)
        return EventRecord(namespace: namespace, name: name, count: count)
    }

    /// Makes a new Event that has happened once.
    package func createEvent(
        _ event: NodeEvent, name: String, reportingComponent: String, reportingInstance: String, at time: Timestamp
    ) async throws(APIError) -> EventRecord {
        try await createEvent(
            event, name: name, count: 1, reportingComponent: reportingComponent, reportingInstance: reportingInstance, first: time,
            last: time)
    }

    /// Says that an Event has happened again: its count and its last time.
    ///
    /// - Throws: `.missing` when the cluster has dropped it (Events live an hour by default): make a new one.
    package func patchEvent(_ record: EventRecord, last: Timestamp) async throws(APIError) {
        let call = APICall(
            permission: KubernetesPermissions.patchEvent, resource: "event \(record.namespace)/\(record.name)", method: "PATCH",
            path: Self.path(record.namespace) + "/" + APICall.encode(record.name), contentType: APICall.mergePatch,
            body: ["count": .number(record.count), "lastTimestamp": .string(last.rfc3339)])
        _ = try await api.send(call)
    }

    /// `OBJECT.HEX`: what it is about, and a number that is not given twice.
    static func eventName(_ regarding: NodeEvent.Regarding, random: UInt64) -> String {
        let object =
            switch regarding {
            case .node(let name, _): name
            case .lease(let name, _): name
            }
        return String(object.prefix(230)) + "." + String(random, radix: 16)
    }

    private static func namespace(of regarding: NodeEvent.Regarding) -> String {
        switch regarding {
        case .node: "default"
        case .lease(_, let namespace): namespace
        }
    }

    private static func reference(_ regarding: NodeEvent.Regarding) -> JSONValue {
        switch regarding {
        case .node(let name, let uid): ["apiVersion": "v1", "kind": "Node", "name": .string(name), "uid": .string(uid)]
        case .lease(let name, let namespace):
            ["apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "name": .string(name), "namespace": .string(namespace)]
        }
    }

    private static func path(_ namespace: String) -> String { "/api/v1/namespaces/\(APICall.encode(namespace))/events" }
}
