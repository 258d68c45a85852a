import Model

/// The Table that `kubectl get` prints. Source: kubernetes pkg/printers/internalversion/printers.go.
struct KubernetesTable {
    private struct Column {
        var name: String
        var format = ""
        /// 1: only with `-o wide`.
        var priority: Int64 = 0
    }

    let resource: KubernetesResource
    let now: Timestamp
    /// `None`, `Metadata` or `Object`: what of the object goes along with each row.
    let includeObject: String
    /// False for all but the first event of a watch.
    var showsColumns = true

    func json(_ objects: [JSONValue], resourceVersion: String?) -> JSONValue {
        let columns = self.columns.map { column -> JSONValue in
            [
                "name": .string(column.name), "type": column.name == "Data" || column.name == "Count" ? "integer" : "string",
                "format": .string(column.format), "description": .string(column.name), "priority": .integer(column.priority),
            ]
        }
        var value: JSONValue = [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1",
            "metadata": .object(resourceVersion.map { ["resourceVersion": .string($0)] } ?? [:]),
            "rows": .array(objects.map(row)),
        ]
        value["columnDefinitions"] = showsColumns ? .array(columns) : .null
        return value
    }

    private func row(_ object: JSONValue) -> JSONValue {
        var row: JSONValue = ["cells": .array(cells(object))]
        switch includeObject {
        case "None": break
        case "Object": row["object"] = object
        default: row["object"] = KubernetesRepresentation.partial(object)
        }
        return row
    }

    private var columns: [Column] {
        let name = Column(name: "Name", format: "name")
        let age = Column(name: "Age")
        func wide(_ name: String) -> Column { Column(name: name, priority: 1) }
        switch resource {
        case .nodes:
            return [name, Column(name: "Status"), Column(name: "Roles"), age, Column(name: "Version")]
                + ["Internal-IP", "External-IP", "OS-Image", "Kernel-Version", "Container-Runtime"].map(wide)
        case .namespaces: return [name, Column(name: "Status"), age]
        case .configmaps: return [name, Column(name: "Data"), age]
        case .leases: return [name, Column(name: "Holder"), age]
        case .pods: return [name, Column(name: "Ready"), Column(name: "Status"), Column(name: "Restarts"), age]
        case .events:
            return ["Last Seen", "Type", "Reason", "Object"].map { Column(name: $0) } + [wide("Source"), Column(name: "Message")]
                + [wide("First Seen"), wide("Count"), Column(name: "Name", format: "name", priority: 1)]
        }
    }

    private func cells(_ object: JSONValue) -> [JSONValue] {
        func text(_ path: String...) -> JSONValue { .string(object[path: path]?.string ?? "") }
        let name = text("metadata", "name")
        let age = JSONValue.string(since(object[path: ["metadata", "creationTimestamp"]]?.string))
        switch resource {
        case .nodes:
            return [
                name, .string(nodeStatus(object)), .string(nodeRoles(object)), age, text("status", "nodeInfo", "kubeletVersion"),
                .string(nodeAddress(object, "InternalIP")), .string(nodeAddress(object, "ExternalIP")),
                text("status", "nodeInfo", "osImage"), text("status", "nodeInfo", "kernelVersion"),
                text("status", "nodeInfo", "containerRuntimeVersion"),
            ]
        case .namespaces: return [name, text("status", "phase"), age]
        case .configmaps:
            let count = (object["data"]?.object?.count ?? 0) + (object["binaryData"]?.object?.count ?? 0)
            return [name, .integer(Int64(count)), age]
        case .leases: return [name, text("spec", "holderIdentity"), age]
        case .pods: return [name, "0/0", text("status", "phase"), "0", age]
        case .events:
            let last = object["lastTimestamp"]?.string ?? object["eventTime"]?.string ?? object["firstTimestamp"]?.string
            let first = object["firstTimestamp"]?.string ?? object["eventTime"]?.string
            let kind = object[path: ["involvedObject", "kind"]]?.string ?? ""
            let regarding = "\(kind.lowercased())/\(object[path: ["involvedObject", "name"]]?.string ?? "")"
            let source = object[path: ["source", "component"]]?.string ?? object["reportingComponent"]?.string ?? ""
            return [
                .string(since(last)), text("type"), text("reason"), .string(regarding), .string(source), text("message"),
                .string(since(first)), object["count"] ?? 1, name,
            ]
        }
    }

    private func nodeStatus(_ node: JSONValue) -> String {
        let ready = node[path: ["status", "conditions"]]?.array?.first { $0["type"] == "Ready" }
        let status = ready.map { $0["status"] == "True" ? "Ready" : "NotReady" } ?? "Unknown"
        return status + (node[path: ["spec", "unschedulable"]] == true ? ",SchedulingDisabled" : "")
    }

    private func nodeRoles(_ node: JSONValue) -> String {
        let prefix = "node-role.kubernetes.io/"
        let roles = (node[path: ["metadata", "labels"]]?.object ?? [:]).keys.filter { $0.hasPrefix(prefix) && $0 != prefix }
        return roles.isEmpty ? "<none>" : roles.map { String($0.dropFirst(prefix.count)) }.sorted().joined(separator: ",")
    }

    private func nodeAddress(_ node: JSONValue, _ type: JSONValue) -> String {
        node[path: ["status", "addresses"]]?.array?.first { $0["type"] == type }?["address"]?.string ?? "<none>"
    }

    private func since(_ text: String?) -> String {
        guard let text, let time = Timestamp(rfc3339: text) else { return "<unknown>" }
        return KubernetesTable.humanDuration(now - time)
    }

    /// Source: k8s.io/apimachinery pkg/util/duration, HumanDuration.
    static func humanDuration(_ duration: Duration) -> String {
        let seconds = duration.milliseconds / 1000
        let minutes = seconds / 60
        let hours = minutes / 60
        func pair(_ big: Int64, _ bigUnit: String, _ small: Int64, _ smallUnit: String) -> String {
            small == 0 ? "\(big)\(bigUnit)" : "\(big)\(bigUnit)\(small)\(smallUnit)"
        }
        switch seconds {
        case ..<(-1): return "<invalid>"
        case ..<0: return "0s"
        case ..<120: return "\(seconds)s"
        case ..<600: return pair(minutes, "m", seconds % 60, "s")
        case ..<10_800: return "\(minutes)m"
        case ..<28_800: return pair(hours, "h", minutes % 60, "m")
        case ..<172_800: return "\(hours)h"
        case ..<691_200: return pair(hours / 24, "d", hours % 24, "h")
        default: return "\(hours / 24)d"
        }
    }
}
