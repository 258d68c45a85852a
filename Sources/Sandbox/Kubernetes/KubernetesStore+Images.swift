/// What a kubelet says of the images on its machine: most of a Node's bytes.
extension KubernetesStore {
    /// Source: kubelet configuration, `nodeStatusMaxImages`, 50 by default; core/v1 ContainerImage: by digest and by tag.
    static let images: [JSONValue] = {
        let names = [
            "gke.gcr.io/addon-resizer", "gke.gcr.io/cluster-proportional-autoscaler", "gke.gcr.io/csi-node-driver-registrar",
            "gke.gcr.io/event-exporter", "gke.gcr.io/fluent-bit-gke-exporter", "gke.gcr.io/gcp-compute-persistent-disk-csi-driver",
            "gke.gcr.io/gke-metrics-agent", "gke.gcr.io/ingress-gce-404-server-with-metrics", "gke.gcr.io/k8s-dns-kube-dns",
            "gke.gcr.io/kube-proxy-amd64", "gke.gcr.io/metrics-server", "gke.gcr.io/netd", "gke.gcr.io/proxy-agent",
            "europe-docker.pkg.dev/acme-prod/services/orders", "europe-docker.pkg.dev/acme-prod/services/payments",
        ]
        var random = SplitMix64(seed: 50)
        return (0..<50).map { number in
            let name = names[number % names.count]
            let tag = "v1.\(number / names.count + 20).\(number)-gke.\(random.next() % 100)"
            return [
                "names": [.string("\(name)@sha256:\(random.hex(64))"), .string("\(name):\(tag)")],
                "sizeBytes": .integer(Int64(2_000_000 + random.next() % 300_000_000)),
            ]
        }
    }()
}
