package import Model

/// What GKE, its kubelets and its cloud controller write.
extension KubernetesStore {
    /// The Node that a kubelet registers when its machine comes up.
    ///
    /// When a Node of that name is still there (a machine recreated under its old name) the kubelet re-registers: labels, addresses,
    /// machine ids and the instance id are brought up to date, taints are left as they are. Source: kubernetes
    /// pkg/kubelet/kubelet_node_status.go, tryRegisterWithAPIServer and reconcile functions.
    package mutating func joinNode(
        name: String, pool: String, zone: String, project: String, instanceID: String, internalIP: IPAddress,
        externalIP: IPAddress?, taints: [Taint], labels: [String: String], ready: Bool, images: Int = 0, now: Timestamp
    ) {
        let key = KubernetesObjectKey(name: name)
        let present = object(.nodes, key)
        var node = present ?? registration(name: name, taints: taints, now: now)
        let region = zone.lastIndex(of: "-").map { String(zone[..<$0]) } ?? zone
        let own: [String: String] = [
            "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/instance-type": "e2-medium", "beta.kubernetes.io/os": "linux",
            "cloud.google.com/gke-nodepool": pool, "cloud.google.com/gke-os-distribution": "cos",
            "cloud.google.com/machine-family": "e2", "failure-domain.beta.kubernetes.io/region": region,
            "failure-domain.beta.kubernetes.io/zone": zone, "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name,
            "kubernetes.io/os": "linux", "node.kubernetes.io/instance-type": "e2-medium", "topology.kubernetes.io/region": region,
            "topology.kubernetes.io/zone": zone,
        ]
        let merged = (node[path: ["metadata", "labels"]]?.object ?? [:])
            .merging(own.merging(labels) { $1 }.mapValues(JSONValue.string)) { $1 }
        node[path: ["metadata", "labels"]] = .object(merged)
        node[path: ["metadata", "annotations", "container.googleapis.com/instance_id"]] = .string(instanceID)
        node[path: ["spec", "providerID"]] = .string("gce://\(project)/\(zone)/\(name)")
        node[path: ["status", "addresses"]] = KubernetesStore.addresses(
            name: name, zone: zone, project: project, internalIP: internalIP, externalIP: externalIP)
        node[path: ["status", "nodeInfo"]] = machine()
        node[path: ["status", "conditions"]] = KubernetesStore.conditions(ready: ready, now: now)
        node[path: ["status", "images"]] = .array(Array(KubernetesStore.images.prefix(images)))
        put(.nodes, key, node)
        renewNodeLease(node: name, now: now)
    }

    /// Writes the node's ExternalIP as the cloud's node controller would after a look at the instance; `nil` takes it off.
    package mutating func setExternalIP(node name: String, _ ip: IPAddress?) {
        update(name) { node in
            var addresses = (node[path: ["status", "addresses"]]?.array ?? []).filter { $0["type"] != "ExternalIP" }
            if let ip {
                let place = addresses.firstIndex { $0["type"] == "InternalIP" }.map { $0 + 1 } ?? 0
                addresses.insert(["type": "ExternalIP", "address": .string(ip.description)], at: place)
            }
            node[path: ["status", "addresses"]] = .array(addresses)
        }
    }

    /// The kubelet's status report: `lastHeartbeatTime` of its conditions, and its Lease in kube-node-lease.
    package mutating func heartbeat(node name: String, now: Timestamp) {
        update(name) { node in
            let conditions = node[path: ["status", "conditions"]]?.array ?? []
            node[path: ["status", "conditions"]] = .array(
                conditions.map { condition in
                    var condition = condition
                    condition["lastHeartbeatTime"] = .string(now.rfc3339)
                    return condition
                })
        }
        renewNodeLease(node: name, now: now)
    }

    package mutating func setReady(node name: String, _ ready: Bool, now: Timestamp) {
        update(name) { node in
            let isReady = node[path: ["status", "conditions"]]?.array?.last { $0["type"] == "Ready" }?["status"] == "True"
            guard isReady != ready else { return }
            node[path: ["status", "conditions"]] = KubernetesStore.conditions(ready: ready, now: now)
        }
    }

    /// Deletes the Node and its Lease, as the cloud's node controller does once the instance is gone. False if there was none.
    @discardableResult
    package mutating func removeNode(_ name: String) -> Bool {
        remove(.leases, KubernetesObjectKey(namespace: "kube-node-lease", name: name))
        return remove(.nodes, KubernetesObjectKey(name: name)) != nil
    }

    private mutating func update(_ name: String, _ change: (inout JSONValue) -> Void) {
        let key = KubernetesObjectKey(name: name)
        guard var node = object(.nodes, key) else { return }
        change(&node)
        put(.nodes, key, node)
    }

    private mutating func registration(name: String, taints: [Taint], now: Timestamp) -> JSONValue {
        var spec: JSONValue = ["podCIDR": "10.8.0.0/24", "podCIDRs": ["10.8.0.0/24"]]
        if !taints.isEmpty { spec["taints"] = .array(taints.map(KubernetesStore.json)) }
        let resources: JSONValue = [
            "cpu": "2", "ephemeral-storage": "98831908Ki", "hugepages-1Gi": "0", "hugepages-2Mi": "0", "memory": "4015484Ki",
            "pods": "110",
        ]
        var allocatable = resources
        allocatable["cpu"] = "940m"
        allocatable["memory"] = "2872700Ki"
        return [
            "apiVersion": "v1", "kind": "Node",
            "metadata": [
                "name": .string(name), "uid": .string(nextUID()), "creationTimestamp": .string(now.rfc3339),
                "annotations": [
                    "node.gke.io/last-applied-node-labels": "", "volumes.kubernetes.io/controller-managed-attach-detach": "true",
                ],
            ],
            "spec": spec,
            "status": [
                "capacity": resources, "allocatable": allocatable, "daemonEndpoints": ["kubeletEndpoint": ["Port": 10250]],
                "images": [],
            ],
        ]
    }

    private mutating func machine() -> JSONValue {
        [
            "architecture": "amd64", "bootID": .string(nextUID()), "containerRuntimeVersion": "containerd://1.7.24",
            "kernelVersion": "6.6.72+", "kubeProxyVersion": "v1.32.4-gke.1415000", "kubeletVersion": "v1.32.4-gke.1415000",
            "machineID": .string(nextUID().filter { $0 != "-" }), "operatingSystem": "linux",
            "osImage": "Container-Optimized OS from Google", "systemUUID": .string(nextUID()),
        ]
    }

    private mutating func renewNodeLease(node name: String, now: Timestamp) {
        let key = KubernetesObjectKey(namespace: "kube-node-lease", name: name)
        guard let node = object(.nodes, KubernetesObjectKey(name: name)), let uid = node[path: ["metadata", "uid"]] else { return }
        var lease: JSONValue =
            object(.leases, key) ?? [
                "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                "metadata": [
                    "name": .string(name), "namespace": "kube-node-lease", "uid": .string(nextUID()),
                    "creationTimestamp": .string(now.rfc3339),
                    "ownerReferences": [["apiVersion": "v1", "kind": "Node", "name": .string(name), "uid": uid]],
                ],
                "spec": ["holderIdentity": .string(name), "leaseDurationSeconds": 40],
            ]
        lease[path: ["spec", "renewTime"]] = .string(now.rfc3339Micro)
        put(.leases, key, lease)
    }

    /// Source: a GKE node's status; the internal names are those of Compute Engine's zonal DNS.
    private static func addresses(
        name: String, zone: String, project: String, internalIP: IPAddress, externalIP: IPAddress?
    ) -> JSONValue {
        var addresses: [JSONValue] = [["type": "InternalIP", "address": .string(internalIP.description)]]
        if let externalIP { addresses.append(["type": "ExternalIP", "address": .string(externalIP.description)]) }
        addresses.append(["type": "Hostname", "address": .string("\(name).\(zone).c.\(project).internal")])
        return .array(addresses)
    }

    private static func conditions(ready: Bool, now: Timestamp) -> JSONValue {
        func condition(_ type: String, _ status: Bool, _ reason: String, _ message: String) -> JSONValue {
            [
                "type": .string(type), "status": status ? "True" : "False", "reason": .string(reason), "message": .string(message),
                "lastHeartbeatTime": .string(now.rfc3339), "lastTransitionTime": .string(now.rfc3339),
            ]
        }
        return [
            condition("MemoryPressure", false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            condition("DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            condition("PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            condition(
                "Ready", ready, ready ? "KubeletReady" : "KubeletNotReady",
                ready ? "kubelet is posting ready status" : "container runtime network not ready"),
        ]
    }

    private static func json(_ taint: Taint) -> JSONValue {
        var value: JSONValue = ["key": .string(taint.key), "effect": .string(taint.effect)]
        value["value"] = taint.value.map(JSONValue.string)
        value["timeAdded"] = taint.timeAdded.map(JSONValue.string)
        return value
    }
}
